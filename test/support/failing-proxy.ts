import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Random } from '../../src/core/random.js';

/** How a request can fail. */
const FAILURES = ['unavailable', 'error', 'refused', 'lost', 'cut'] as const;

export type Failure = (typeof FAILURES)[number];

export interface ProxySettings {
  /** One request in so many fails, drawn at random; none where it is 0. */
  readonly oneIn?: number;
  readonly seed?: number;
  /** Changes the headers of a request before it goes on; or answers it with this status and code, where it says so. */
  readonly before?: (request: IncomingMessage) => { status: number; code: string } | undefined;
}

/**
 * A proxy in front of an S3 server, which fails one request in ten: with 503 or 500, without an answer and before the
 * server hears of it, without an answer after the server has done it, or in the middle of an answer.
 */
export class FailingProxy {
  requests = 0;
  readonly failures: Record<Failure, number> = { unavailable: 0, error: 0, refused: 0, lost: 0, cut: 0 };
  readonly #server: Server;
  readonly #target: URL;
  readonly #settings: ProxySettings;
  readonly #random: Random;

  private constructor(target: string, settings: ProxySettings) {
    this.#target = new URL(target);
    this.#settings = settings;
    this.#random = new Random(settings.seed ?? 1);
    this.#server = createServer((given, answer) => this.#handle(given, answer));
  }

  /** @param target the address of the server */
  static async start(target: string, settings: ProxySettings = {}): Promise<FailingProxy> {
    const proxy = new FailingProxy(target, settings);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** Its address: `http://127.0.0.1:PORT`. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many requests failed. */
  get failed(): number {
    return Object.values(this.failures).reduce((sum, count) => sum + count, 0);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #handle(given: IncomingMessage, answer: ServerResponse): void {
    this.requests++;
    given.on('error', () => {});
    answer.on('error', () => {});
    const instead = this.#settings.before?.(given);
    if (instead) {
      fail(given, answer, instead.status, instead.code);
      return;
    }
    const failure = this.#draw();
    if (failure) this.failures[failure]++;
    if (failure === 'unavailable') fail(given, answer, 503, 'SlowDown');
    else if (failure === 'error') fail(given, answer, 500, 'InternalError');
    else if (failure === 'refused') given.socket.destroy();
    else this.#forward(given, answer, failure);
  }

  #draw(): Failure | undefined {
    const { oneIn = 10 } = this.#settings;
    if (oneIn === 0 || this.#random.unit() * oneIn >= 1) return undefined;
    return FAILURES[this.#random.below(FAILURES.length)];
  }

  #forward(given: IncomingMessage, answer: ServerResponse, failure: Failure | undefined): void {
    // This server has told the client to go on already.
    const { expect: _, ...headers } = given.headers;
    const { hostname, port } = this.#target;
    const sent = request({ hostname, port, method: given.method, path: given.url, headers }, (received) => {
      if (failure === 'lost') {
        lose(received, given);
        return;
      }
      answer.writeHead(received.statusCode!, received.headers);
      if (failure === 'cut') cut(received, answer, given);
      else received.pipe(answer);
    });
    sent.on('error', () => given.socket.destroy());
    answer.on('close', () => sent.destroy());
    given.pipe(sent);
  }
}

function fail(given: IncomingMessage, answer: ServerResponse, status: number, code: string): void {
  given.resume().once('end', () => {
    answer.writeHead(status, { 'content-type': 'application/xml' });
    answer.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>in a test</Message></Error>`);
  });
}

function lose(received: IncomingMessage, given: IncomingMessage): void {
  received.resume().once('end', () => given.socket.destroy());
}

/** Gives half of the first bytes of an answer, or its header where it has none. */
function cut(received: IncomingMessage, answer: ServerResponse, given: IncomingMessage): void {
  const end = () => setTimeout(() => given.socket.destroy(), 5);
  received.once('data', (bytes: Buffer) => {
    received.destroy();
    answer.write(bytes.subarray(0, bytes.length >> 1), end);
  });
  received.once('end', () => {
    answer.flushHeaders();
    end();
  });
}
