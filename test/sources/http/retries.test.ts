import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { retryAfterOf } from '../../../src/sources/http/failures.js';
import { waitBefore } from '../../../src/sources/http/retries.js';
import { failsWith } from '../helpers.js';
import { fetchText } from './client.js';
import { answerWith, serve } from './server.js';

const FILE = { content: Buffer.from('text\n'), etag: '"one"' };

test('a request that fails for a while is made again', async (t) => {
  for (const status of [408, 425, 429, 500, 502, 503, 504, 520]) {
    const { origin, received } = await serve(t, (request, response, index) => {
      if (index < 2) response.writeHead(status).end('sorry');
      else answerWith(FILE, request, response);
    });
    const { text, notes, counts } = await fetchText(`${origin}/a.txt?key=secret`);
    assert.equal(text, 'text\n');
    assert.equal(received.length, 3);
    assert.equal(counts.retries, 2);
    assert.match(notes[0]!, new RegExp(`a\\.txt\\?….*${status}; trying again in 0\\.0 s \\(1 of 5\\)`));
    assert.doesNotMatch(notes.join(), /secret/);
  }
});

test('a request that fails for good is an error at once, which says what to do', async (t) => {
  for (const [status, kind, pattern] of [
    [404, 'noInput', /the server answered 404\n.*check the URL/],
    [410, 'noInput', /removed/],
    [401, 'noInput', /401\n.*WORDMILL_HTTP_AUTHORIZATION/],
    [403, 'noInput', /403\n.*expire/],
    [407, 'unavailable', /the proxy does not pass this request on\n.*http_proxy/],
    [501, 'unavailable', /501/],
  ] as const) {
    const { origin, received } = await serve(t, (_request, response) => response.writeHead(status).end());
    await assert.rejects(fetchText(`${origin}/a.txt`), failsWith(kind, pattern));
    assert.equal(received.length, 1);
  }
});

test('after so many failures in a row the run gives up', async (t) => {
  const { origin, received } = await serve(t, (_request, response) => response.writeHead(503).end());
  await assert.rejects(
    fetchText(`${origin}/a.txt`, { retries: 3 }),
    failsWith('unavailable', /the server answered 503; 3 retries did not help\n.*Try again later/),
  );
  assert.equal(received.length, 4);
  await assert.rejects(fetchText(`${origin}/a.txt`, { retries: 0 }), failsWith('unavailable', /503\n/));
});

test('waits are no longer than timers take', async () => {
  for (const name of ['retryWait', 'maxRetryWait', 'connectTimeout', 'headersTimeout', 'stallTimeout']) {
    await assert.rejects(
      fetchText('http://127.0.0.1/', { [name]: 2_147_484 }),
      failsWith('usage', new RegExp(name)),
    );
  }
});

test('failures before much has come no longer count after it', async (t) => {
  const content = Buffer.alloc(2_000_000, 'a line\n');
  const { origin, received } = await serve(t, (request, response) => {
    const from = Number(/\d+/.exec(request.headers.range ?? '0')![0]);
    const { length } = content;
    response.writeHead(from === 0 ? 200 : 206, {
      etag: '"one"',
      'content-length': length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${length - 1}/${length}` }),
    });
    // Each answer brings 300 kB and breaks off.
    response.write(content.subarray(from, from + 300_000), () => setTimeout(() => response.destroy(), 20));
  });
  assert.equal((await fetchText(`${origin}/a.txt`, { retries: 1 })).text, content.toString());
  assert.equal(received.length, 7);
});

test('a server that asks for a wait gets it, up to the longest', async (t) => {
  const { origin } = await serve(t, (request, response, index) => {
    if (index === 0) response.writeHead(429, { 'retry-after': '3600' }).end();
    else if (index === 1) response.writeHead(503, { 'retry-after': 'Fri, 01 Jan 2100 00:00:00 GMT' }).end();
    else answerWith(FILE, request, response);
  });
  const { text, notes } = await fetchText(`${origin}/a.txt`, { maxRetryWait: 0.2 });
  assert.equal(text, 'text\n');
  assert.match(notes[0]!, /429; trying again in 0\.2 s/);
  assert.match(notes[1]!, /503; trying again in 0\.2 s/);
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(retryAfterOf('120', now), 120);
  assert.equal(retryAfterOf('Thu, 01 Jan 2026 00:01:30 GMT', now), 90);
  assert.equal(retryAfterOf('Wed, 31 Dec 2025 00:00:00 GMT', now), 0);
  assert.equal(retryAfterOf('soon', now), undefined);
  assert.equal(retryAfterOf(undefined, now), undefined);
});

test('waits double, half of each at random, between what the server asks for and the longest', () => {
  const options = { retryWait: 1, maxRetryWait: 60 };
  assert.deepEqual(
    [0, 1, 2, 3].map((failures) => waitBefore(failures, undefined, options, 1)),
    [1, 2, 4, 8],
  );
  assert.deepEqual(
    [0, 1, 2].map((failures) => waitBefore(failures, undefined, options, 0)),
    [0.5, 1, 2],
  );
  assert.equal(waitBefore(0, 30, options, 1), 30);
  assert.equal(waitBefore(0, 3600, options, 1), 60);
  assert.equal(waitBefore(20, undefined, options, 0), 60);
});

test('a server that does not begin to answer is given up in time', async (t) => {
  const { origin } = await serve(t, () => {});
  await assert.rejects(
    fetchText(`${origin}/a.txt`, { headersTimeout: 0.1, retries: 1 }),
    failsWith('unavailable', /no answer came in time \(headersTimeout\); 1 retry did not help/),
  );
});

test('a connection that is not made is given up in time', async (t) => {
  // As a look-up under way would.
  const busy = setInterval(() => {}, 1000);
  t.after(() => clearInterval(busy));
  // A look-up that never answers is the part of connecting that can be held up anywhere.
  await assert.rejects(
    fetchText('http://slow.example.org/a.txt', { connectTimeout: 0.1, retries: 0 }, { lookup: () => {} }),
    failsWith('unavailable', /connecting took too long \(connectTimeout\)/),
  );
});

test('a name that does not exist, and a port that nobody listens at', async () => {
  const lookup = (_name: string, _options: unknown, callback: (error: Error, address: string) => void) =>
    callback(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), '');
  await assert.rejects(
    fetchText('http://nobody.example.org/a.txt', {}, { lookup }),
    failsWith('noInput', /there is no host of this name\n.*Check the URL/),
  );
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  await assert.rejects(
    fetchText(`http://127.0.0.1:${port}/a.txt`, { retries: 1 }),
    failsWith('unavailable', /the connection was refused; 1 retry did not help/),
  );
});

test('an answer that is no HTTP is tried again, and then an error', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.end('hello\r\n');
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await assert.rejects(
    fetchText(`http://127.0.0.1:${port}/a.txt`, { retries: 1 }),
    failsWith('unavailable', /not valid HTTP; 1 retry/),
  );
});
