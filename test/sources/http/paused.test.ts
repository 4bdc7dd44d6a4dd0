import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { buildConnector, Pool } from 'undici';
import { HttpClient } from '../../../src/sources/http/client.js';
import { pausable } from '../../../src/sources/http/paused-sockets.js';
import { parseUrl } from '../../../src/sources/http/url.js';
import { failsWith } from '../helpers.js';

/** More than is read ahead: the download is paused until somebody reads. */
const CONTENT = Buffer.alloc(6 * 1024 * 1024, 'a line of the file\n');

/** A server that ends its connections; `finish` is called once the whole answer is written. */
async function serveOnce(test: TestContext, head: string, finish: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(`${head}\r\n\r\n`);
      socket.write(CONTENT, () => finish(socket));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  test.after(() => server.close());
  return `http://127.0.0.1:${port}/a.txt`;
}

/** Reads a URL, beginning a while after it was opened. */
async function readLate(url: string): Promise<Buffer> {
  const client = new HttpClient({ retries: 0 }, { environment: {} });
  try {
    const file = await client.open(parseUrl(url));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.chunks) chunks.push(chunk);
    await file.close();
    return Buffer.concat(chunks);
  } finally {
    await client.close();
  }
}

for (const head of [
  `HTTP/1.0 200 OK\r\nContent-Length: ${CONTENT.length}`,
  'HTTP/1.0 200 OK',
  `HTTP/1.1 200 OK\r\nContent-Length: ${CONTENT.length}\r\nConnection: close`,
  `HTTP/1.1 200 OK\r\nContent-Length: ${CONTENT.length}`,
]) {
  test(`a connection that ends while its download is paused: ${JSON.stringify(head)}`, async (t) => {
    const url = await serveOnce(t, head, (socket) => socket.end());
    assert.ok((await readLate(url)).equals(CONTENT));
  });
}

/** Fills undici's buffer of 64 KiB, so that the download is paused. */
const BEGINNING = CONTENT.subarray(0, 100_000);
/** Waits in the socket, which has room for it, so that the end of the connection comes behind it. */
const REST = CONTENT.subarray(100_000, 105_000);

for (const head of [
  `HTTP/1.0 200 OK\r\nContent-Length: ${BEGINNING.length + REST.length}`,
  'HTTP/1.0 200 OK',
]) {
  test(`a download that its last bytes pause once more: ${JSON.stringify(head)}`, async (t) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write(`${head}\r\n\r\n`);
        socket.write(BEGINNING);
        setTimeout(() => socket.end(REST), 50);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as { port: number };
    const pool = new Pool(`http://127.0.0.1:${port}`, { connect: pausable(buildConnector({})) });
    t.after(() => pool.destroy());
    const { body } = await pool.request({ method: 'GET', path: '/' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    // Fetches the rest from the socket before it takes anything out of the buffer, which is still full.
    const chunks: Uint8Array[] = [body.read()];
    await new Promise((resolve) => setTimeout(resolve, 50));
    for await (const chunk of body) chunks.push(chunk);
    assert.ok(Buffer.concat(chunks).equals(Buffer.concat([BEGINNING, REST])));
  });
}

for (const head of [
  `HTTP/1.1 200 OK\r\nContent-Length: ${CONTENT.length + 10}\r\nConnection: close`,
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nfffffff',
]) {
  for (const [how, finish] of [
    ['ends', (socket: Socket) => socket.end()],
    ['is reset', (socket: Socket) => socket.resetAndDestroy()],
  ] as const) {
    test(`a connection that ${how} too early while its download is paused: ${JSON.stringify(head)}`, async (t) => {
      const url = await serveOnce(t, head, finish);
      await assert.rejects(readLate(url), failsWith('unavailable', /reset|not as long|breaks off|closed/));
    });
  }
}
