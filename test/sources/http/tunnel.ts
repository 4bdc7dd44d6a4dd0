import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createProxy } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Answer } from './server.js';

/** A server of https, by a certificate that nobody knows. */
export interface SecureServer {
  /** `https://localhost:PORT` */
  readonly origin: string;
  /** The file of its certificate, which is its own authority. */
  readonly certificate: string;
}

/** Serves by https on this machine; `answer` is told how many requests came before. openssl makes the certificate. */
export async function serveSecurely(
  test: TestContext,
  folder: string,
  answer: Answer,
): Promise<SecureServer> {
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => join(folder, name)) as [
    string,
    string,
  ];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
    ],
    { stdio: 'ignore' },
  );
  let requests = 0;
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => answer(request, response, requests++),
  );
  const port = await listen(test, server, () => server.closeAllConnections());
  return { origin: `https://localhost:${port}`, certificate };
}

/** What a proxy was asked for, and where it listens. */
export interface TunnelProxy {
  readonly address: string;
  /** Method, target and `Proxy-Authorization` of each request. */
  readonly asked: string[];
  /** Whether any of the bytes that it passed on holds this text. */
  saw(text: string): boolean;
}

/** A proxy that makes tunnels on this machine, whatever host is asked for, and passes nothing else on. */
export async function serveTunnels(test: TestContext): Promise<TunnelProxy> {
  const asked: string[] = [];
  const seen: Buffer[] = [];
  const proxy = createProxy((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(403).end();
  });
  proxy.on('connect', (request, client, head) => {
    const { 'proxy-authorization': authorization, ...headers } = request.headers;
    asked.push(`CONNECT ${request.url} ${authorization}`);
    seen.push(Buffer.from(JSON.stringify(headers)));
    const target = connect(Number(request.url!.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      client.pipe(target).pipe(client);
    });
    client.on('data', (bytes: Buffer) => seen.push(bytes));
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  const port = await listen(test, proxy, () => proxy.closeAllConnections());
  return {
    address: `127.0.0.1:${port}`,
    asked,
    saw: (text) => Buffer.concat(seen).includes(text),
  };
}

async function listen(test: TestContext, server: Server, closeAll: () => void): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test.after(() => {
    closeAll();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
