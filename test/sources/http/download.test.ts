import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { files } from '../../../src/sources/files.js';
import type { HttpOptions } from '../../../src/sources/http/options.js';
import { failsWith, read } from '../helpers.js';
import { answerWith, rangeStart, sendPart, serve } from './server.js';

/** Lines that differ, so that a byte too many or too few is seen. */
const LINES = Array.from({ length: 20_000 }, (_, index) => `line ${index} of the file\n`).join('');
const FILE = { content: Buffer.from(LINES), etag: '"one"' };
const OTHER = { content: Buffer.from(LINES.toUpperCase()), etag: '"two"' };

/** Waits that do not make tests long. */
const QUICK: Partial<HttpOptions> = { retryWait: 0.01, maxRetryWait: 0.05 };

const readUrl = (url: string, http: Partial<HttpOptions> = {}) =>
  read(files(url, { http: { ...QUICK, ...http } }));

test('a file is streamed from a server, packed or not, and counted as it is transferred', async (t) => {
  const packed = gzipSync(LINES);
  const { origin, received } = await serve(t, (request, response) =>
    answerWith(request.url === '/a.txt' ? FILE : { content: packed }, request, response),
  );
  const { text, counts, progress } = await read(files([`${origin}/a.txt`, `${origin}/b.gz`]));
  assert.equal(text, LINES + LINES);
  const bytes = FILE.content.length + packed.length;
  assert.deepEqual(counts, { files: 2, bytes, textBytes: 2 * LINES.length });
  assert.deepEqual(progress.at(-1), { phase: 'read', done: bytes, total: bytes, unit: 'bytes' });
  assert.equal(received[0]!.headers['accept-encoding'], 'identity');
});

test('files come in order whatever is ready first, and connections are used again', async (t) => {
  const { origin, received, connections } = await serve(t, (request, response) => {
    const content = Buffer.from(`${request.url}\n`);
    setTimeout(() => answerWith({ content, etag: '"x"' }, request, response), request.url === '/0' ? 100 : 0);
  });
  const urls = Array.from({ length: 30 }, (_, index) => `${origin}/${index}`);
  const { text } = await read(files(urls, { http: { connections: 3 } }));
  assert.equal(text, urls.map((_, index) => `/${index}\n`).join(''));
  assert.equal(received.length, 60);
  // Not 3 exactly: undici may open one more while the last answer of another is being finished.
  assert.ok(connections('GET') <= 10, `${connections('GET')} connections`);
});

test('a download that is reset goes on by a range, with the ETag as its condition', async (t) => {
  const { origin, received } = await serve(t, (request, response, index) => {
    if (request.method === 'GET' && index === 0) sendPart(FILE, 100_000, response, () => response.destroy());
    else answerWith(FILE, request, response);
  });
  const { text, counts } = await readUrl(`${origin}/a.txt`);
  assert.equal(text, LINES);
  const [, first, second] = received;
  assert.equal(first!.headers.range, undefined);
  assert.equal(second!.headers.range, 'bytes=100000-');
  assert.equal(second!.headers['if-range'], '"one"');
  assert.equal(counts.bytes, LINES.length);
  assert.equal(counts.retries, 1);
  assert.equal(counts.resumed, 1);
});

test('a download that stalls is resumed', async (t) => {
  const { origin, received } = await serve(t, (request, response, index) => {
    if (request.method === 'GET' && index < 2) {
      const from = rangeStart(request) ?? 0;
      if (from === 0) sendPart(FILE, 1000, response, () => {});
      else {
        const { length } = FILE.content;
        response.writeHead(206, { 'content-range': `bytes ${from}-${length - 1}/${length}`, etag: '"one"' });
        response.write(FILE.content.subarray(from, 2000));
      }
    } else answerWith(FILE, request, response);
  });
  const { text } = await readUrl(`${origin}/a.txt`, { stallTimeout: 0.1 });
  assert.equal(text, LINES);
  assert.deepEqual(received.map(rangeStart), [undefined, undefined, 1000, 2000]);
});

test('a server that sends the whole file again is read past what is there, also without an ETag', async (t) => {
  for (const etag of ['"one"', undefined]) {
    const file = { content: FILE.content, ...(etag !== undefined && { etag }) };
    const { origin } = await serve(t, (request, response, index) => {
      if (request.method === 'GET' && index === 0)
        sendPart(file, 123_456, response, () => response.destroy());
      else {
        delete request.headers.range;
        answerWith(file, request, response);
      }
    });
    assert.equal((await readUrl(`${origin}/a.txt`)).text, LINES);
  }
});

test('a file that changes between requests is an error that a later run gets over', async (t) => {
  const changed = failsWith('tryAgain', /\/a\.txt \(byte 100000\): the file changed on the server/);
  // The server ignores If-Range and sends a part of the new file, or sends it whole, or has no ETag at all.
  for (const [before, after, ignoresCondition] of [
    [FILE, OTHER, true],
    [FILE, OTHER, false],
    [{ content: FILE.content }, { content: OTHER.content }, false],
    [FILE, { content: Buffer.from('short') }, false],
  ] as const) {
    const { origin } = await serve(t, (request, response, index) => {
      if (request.method === 'HEAD') answerWith(before, request, response);
      else if (index === 0) sendPart(before, 100_000, response, () => response.destroy());
      else {
        if (ignoresCondition) delete request.headers['if-range'];
        answerWith(after, request, response);
      }
    });
    await assert.rejects(readUrl(`${origin}/a.txt`), changed);
  }
});

test('a file that is shorter when it is asked for again has changed', async (t) => {
  const { origin } = await serve(t, (request, response, index) => {
    if (request.method === 'GET' && index === 0) sendPart(FILE, 100_000, response, () => response.destroy());
    else if (request.method === 'GET') response.writeHead(416, { 'content-range': 'bytes */50000' }).end();
    else answerWith(FILE, request, response);
  });
  await assert.rejects(readUrl(`${origin}/a.txt`), failsWith('tryAgain', /changed/));
});

test('where nothing was handed on yet, a new version is no error but for the one that was listed', async (t) => {
  const { origin } = await serve(t, (request, response) =>
    answerWith(request.method === 'HEAD' ? FILE : OTHER, request, response),
  );
  await assert.rejects(readUrl(`${origin}/a.txt`), failsWith('tryAgain', /a\.txt: the file changed/));
});

test('a part that was not asked for is not taken', async (t) => {
  const { length } = FILE.content;
  for (const range of [
    `bytes 0-${length - 1}/${length}`,
    `bytes 100000-100999/${length}`,
    `bytes 100000-100999/*`,
    'nonsense',
    undefined,
  ]) {
    const { origin } = await serve(t, (request, response, index) => {
      if (request.method === 'GET' && index === 0)
        sendPart(FILE, 100_000, response, () => response.destroy());
      else if (request.method === 'GET') {
        response.writeHead(206, { etag: '"one"', ...(range !== undefined && { 'content-range': range }) });
        response.end(FILE.content.subarray(100_000));
      } else answerWith(FILE, request, response);
    });
    await assert.rejects(
      readUrl(`${origin}/a.txt`, { retries: 2 }),
      failsWith('unavailable', /byte 100000.*another part of the file than was asked for; 2 retries did not/),
    );
  }
});

test('a part is not taken for the rest where nobody says how long the file is', async (t) => {
  const { origin } = await serve(t, (request, response, index) => {
    response.setHeader('etag', '"one"');
    if (request.method === 'HEAD') response.end();
    else if (index === 0)
      response.write(FILE.content.subarray(0, 1000), () => setTimeout(() => response.destroy(), 20));
    else
      response
        .writeHead(206, { 'content-range': 'bytes 1000-1999/*' })
        .end(FILE.content.subarray(1000, 2000));
  });
  await assert.rejects(
    readUrl(`${origin}/a.txt`, { retries: 1 }),
    failsWith('unavailable', /byte 1000.*another part of the file/),
  );
});

test('a rest that is encoded in another way than the beginning is not put behind it', async (t) => {
  const packed = gzipSync(FILE.content, { level: 0 });
  const { origin } = await serve(t, (request, response, index) => {
    if (request.method === 'GET' && index === 0) {
      response.setHeader('content-encoding', 'gzip');
      response.writeHead(200, { etag: '"one"' });
      response.write(packed.subarray(0, 1000), () => setTimeout(() => response.destroy(), 20));
    } else answerWith(FILE, request, response);
  });
  await assert.rejects(readUrl(`${origin}/a.txt`), failsWith('tryAgain', /byte 1000.*the file changed/));
});

test('a server that says of every file that it has 0 bytes, when asked by HEAD, is not believed', async (t) => {
  const { origin } = await serve(t, (request, response) => {
    if (request.method === 'HEAD') response.writeHead(200, { etag: '"one"', 'content-length': 0 }).end();
    else answerWith(FILE, request, response);
  });
  assert.equal((await readUrl(`${origin}/a.txt`)).text, LINES);
});

test('an answer that is cut off is not taken for the whole', async (t) => {
  const { origin, received } = await serve(t, (request, response) => {
    if (request.method === 'GET') {
      // Every attempt brings nothing and ends without an error of the connection.
      response.writeHead(200, { etag: '"one"', 'content-length': 3000, connection: 'close' });
      response.flushHeaders();
      response.socket!.end();
    } else answerWith({ content: FILE.content.subarray(0, 3000), etag: '"one"' }, request, response);
  });
  await assert.rejects(
    readUrl(`${origin}/a.txt`, { retries: 3 }),
    failsWith('unavailable', /not as long as it said; 3 retries did not help\n.*--http-retries/),
  );
  assert.equal(received.length, 5);
});

test('of a length that was not said, the end is what the encoding of the answer says', async (t) => {
  const { origin } = await serve(t, (request, response, index) => {
    response.setHeader('etag', '"one"');
    if (request.method === 'HEAD') response.end();
    else if (index === 0) {
      // In chunks, and broken off before the last one though every byte came.
      response.write(FILE.content, () => setTimeout(() => response.destroy(), 20));
    } else response.writeHead(416, { 'content-range': `bytes */${FILE.content.length}` }).end();
  });
  const { text, progress } = await readUrl(`${origin}/a.txt`);
  assert.equal(text, LINES);
  assert.equal(progress.at(-1)!.total, undefined);
});

test('the bytes must have the SHA-256 that the URL gives', async (t) => {
  const { origin, received } = await serve(t, (request, response) => answerWith(FILE, request, response));
  const sum = createHash('sha256').update(FILE.content).digest('hex');
  assert.equal((await readUrl(`${origin}/a.txt#sha256=${sum.toUpperCase()}`)).text, LINES);
  await assert.rejects(
    readUrl(`${origin}/a.txt#sha256=${'0'.repeat(64)}`),
    failsWith('data', new RegExp(`a\\.txt: its SHA-256 is ${sum}, not 0{64} as the URL says`)),
  );
  assert.deepEqual(new Set(received.map(({ path }) => path)), new Set(['/a.txt']));
});

test('a file that is too large is refused, by what the server says and by what comes', async (t) => {
  const { origin, received } = await serve(t, (request, response) => {
    if (request.url === '/said') answerWith(FILE, request, response);
    else response.end(request.method === 'HEAD' ? undefined : FILE.content);
  });
  const tooLarge = failsWith('data', /larger than the 1000 bytes.*\n.*--http-max-bytes/);
  await assert.rejects(readUrl(`${origin}/said`, { maxBytes: 1000 }), tooLarge);
  await assert.rejects(readUrl(`${origin}/unsaid`, { maxBytes: 1000 }), tooLarge);
  assert.equal((await readUrl(`${origin}/said`, { maxBytes: FILE.content.length })).text, LINES);
  assert.equal(received.filter(({ path, method }) => path === '/said' && method === 'GET').length, 2);
});

test('gzip that was not asked for is decoded; other encodings are refused', async (t) => {
  const { origin } = await serve(t, (request, response) => {
    response.setHeader('content-encoding', request.url!.slice(1));
    response.end(request.method === 'HEAD' ? undefined : gzipSync('text\n'));
  });
  assert.equal((await readUrl(`${origin}/gzip`)).text, 'text\n');
  await assert.rejects(readUrl(`${origin}/br`), failsWith('data', /encoded by br, which was not asked for/));
});

test('a page in place of a file is warned of', async (t) => {
  const { origin } = await serve(t, (request, response) =>
    answerWith({ content: Buffer.from('<html>'), type: 'text/html; charset=utf-8' }, request, response),
  );
  assert.match((await readUrl(`${origin}/a.txt`)).warnings[0]!, /a\.txt: .*page of HTML/);
  assert.deepEqual((await readUrl(`${origin}/a.html`)).warnings, []);
});

test('an abort ends a download, and a wait before a retry', async (t) => {
  const { origin } = await serve(t, (request, response) => {
    if (request.method === 'HEAD') answerWith(FILE, request, response);
    else if (request.url === '/stalls') sendPart(FILE, 1000, response, () => {});
    else response.writeHead(503).end();
  });
  for (const path of ['/stalls', '/fails']) {
    const controller = new AbortController();
    const outcome = read(files(origin + path, { http: { retryWait: 100 } }), controller.signal);
    setTimeout(() => controller.abort(), 100);
    await assert.rejects(outcome, failsWith('aborted'));
  }
});
