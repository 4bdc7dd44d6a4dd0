import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the server got it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** A server of a test, closed at its end. */
export interface TestServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly port: number;
  /** Every request, in the order they came. */
  readonly received: Received[];
  /** How many connections brought requests of a method. */
  connections(method: string): number;
  /** Lets the process end while it serves. */
  unref(): void;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, index: number) => void;

/** Serves on this machine until the test is over; `answer` is told how many requests of the same method came before. */
export async function serve(test: { after(close: () => void): void }, answer: Answer): Promise<TestServer> {
  const received: Received[] = [];
  const sockets = new Map<string, Set<unknown>>();
  const server: Server = createServer((request, response) => {
    const method = request.method!;
    const index = received.filter((earlier) => earlier.method === method).length;
    sockets.set(method, (sockets.get(method) ?? new Set()).add(request.socket));
    received.push({ method, path: request.url!, headers: request.headers });
    answer(request, response, index);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    received,
    connections: (method) => sockets.get(method)?.size ?? 0,
    unref: () => void server.unref(),
  };
}

/** What a well-behaved server knows of a file. */
export interface ServedFile {
  readonly content: Uint8Array;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly type?: string;
}

/** Answers as a well-behaved server does: HEAD, ranges, If-Range and If-None-Match. */
export function answerWith(file: ServedFile, request: IncomingMessage, response: ServerResponse): void {
  const { content, etag, lastModified, type = 'text/plain' } = file;
  response.setHeader('content-type', type);
  if (etag !== undefined) response.setHeader('etag', etag);
  if (lastModified !== undefined) response.setHeader('last-modified', lastModified);
  const unchanged =
    (etag !== undefined && request.headers['if-none-match'] === etag) ||
    (lastModified !== undefined && request.headers['if-modified-since'] === lastModified);
  if (unchanged) {
    response.writeHead(304).end();
    return;
  }
  const from = rangeStart(request);
  const condition = request.headers['if-range'];
  if (from !== undefined && (condition === undefined || condition === etag || condition === lastModified)) {
    response.writeHead(206, {
      'content-range': `bytes ${from}-${content.length - 1}/${content.length}`,
      'content-length': content.length - from,
    });
    response.end(content.subarray(from));
    return;
  }
  response.writeHead(200, { 'content-length': content.length });
  response.end(request.method === 'HEAD' ? undefined : content);
}

/** The first byte that a request asks for; undefined where it asks for all. */
export function rangeStart(request: Pick<IncomingMessage, 'headers'>): number | undefined {
  const start = /^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

/** Sends the head of an answer (200, or another status) and the first bytes of its body, and goes on with `then`. */
export function sendPart(
  { content, etag }: ServedFile,
  bytes: number,
  response: ServerResponse,
  then: () => void,
  status = 200,
): void {
  response.writeHead(status, { 'content-length': content.length, ...(etag !== undefined && { etag }) });
  // Later, so that the client has the bytes before what follows.
  response.write(content.subarray(0, bytes), () => setTimeout(then, 20));
}
