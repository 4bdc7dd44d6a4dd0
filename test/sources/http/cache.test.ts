import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { failsWith, folder } from '../helpers.js';
import { fetchText } from './client.js';
import { answerWith, sendPart, serve } from './server.js';

const FILE = { content: Buffer.from('text of the file\n'), etag: '"one"' };
const OTHER = { content: Buffer.from('another text\n'), etag: '"two"' };

test('what the cache holds is read from it where the server says that it has not changed', async (t) => {
  for (const file of [FILE, { content: FILE.content, lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT' }]) {
    const cache = join(folder(t), 'made', 'cache');
    const { origin, received } = await serve(t, (request, response) => answerWith(file, request, response));
    const url = `${origin}/a.txt?key=secret`;
    const first = await fetchText(url, { cache });
    const second = await fetchText(url, { cache });
    assert.equal(first.text, 'text of the file\n');
    assert.equal(second.text, first.text);
    assert.equal(second.version, first.version);
    assert.equal(first.counts.cached, undefined);
    assert.equal(second.counts.cached, 1);
    const { headers } = received[1]!;
    assert.ok(
      headers['if-none-match'] === '"one"' ||
        headers['if-modified-since'] === 'Thu, 01 Jan 2026 00:00:00 GMT',
    );
    // The two files of the entry, of which neither has the secret.
    const names = readdirSync(cache);
    assert.equal(names.length, 2);
    for (const name of names) assert.doesNotMatch(name + readFileSync(join(cache, name), 'utf8'), /secret/);
  }
});

test('a file that has changed takes the place of what the cache held', async (t) => {
  const cache = folder(t);
  const { origin } = await serve(t, (request, response, index) =>
    answerWith(index === 0 ? FILE : OTHER, request, response),
  );
  assert.equal((await fetchText(`${origin}/a.txt`, { cache })).text, 'text of the file\n');
  assert.equal((await fetchText(`${origin}/a.txt`, { cache })).text, 'another text\n');
  assert.equal((await fetchText(`${origin}/a.txt`, { cache })).counts.cached, 1);
  assert.equal(readdirSync(cache).length, 2);
});

test('a copy that is damaged, cut off or has another checksum is fetched anew', async (t) => {
  const cache = folder(t);
  const { origin } = await serve(t, (request, response) => answerWith(FILE, request, response));
  const url = `${origin}/a.txt`;
  await fetchText(url, { cache });
  const bodyPath = () => join(cache, readdirSync(cache).find((name) => !name.endsWith('.json'))!);
  const entryPath = () => join(cache, readdirSync(cache).find((name) => name.endsWith('.json'))!);
  writeFileSync(bodyPath(), 'Text of the file\n');
  const damaged = await fetchText(url, { cache });
  assert.equal(damaged.text, 'text of the file\n');
  assert.match(damaged.warnings[0]!, /a\.txt: the cached copy does not have its checksum/);
  writeFileSync(bodyPath(), 'text');
  assert.equal((await fetchText(url, { cache })).text, 'text of the file\n');
  writeFileSync(entryPath(), '{"bytes": 1');
  const unread = await fetchText(url, { cache });
  assert.deepEqual([unread.text, unread.counts.cached], ['text of the file\n', undefined]);
  assert.equal((await fetchText(url, { cache })).counts.cached, 1);
});

test('nothing is kept of a download that fails, stops early or has the wrong checksum', async (t) => {
  const cache = folder(t);
  const { origin } = await serve(t, (request, response) => {
    if (request.url === '/cut') sendPart(FILE, 4, response, () => response.destroy());
    else answerWith(FILE, request, response);
  });
  await assert.rejects(fetchText(`${origin}/cut`, { cache, retries: 0 }), failsWith('unavailable'));
  await assert.rejects(fetchText(`${origin}/a.txt#sha256=${'0'.repeat(64)}`, { cache }), failsWith('data'));
  assert.deepEqual(readdirSync(cache), []);
  const sha256 = createHash('sha256').update(FILE.content).digest('hex');
  await fetchText(`${origin}/a.txt#sha256=${sha256}`, { cache });
  assert.equal((await fetchText(`${origin}/a.txt#sha256=${sha256}`, { cache })).counts.cached, 1);
});

test('a file without ETag and time is read and not kept; a cache that cannot be made is an error', async (t) => {
  const root = folder(t);
  const { origin } = await serve(t, (request, response) =>
    answerWith(request.url === '/plain' ? { content: FILE.content } : FILE, request, response),
  );
  const cache = join(root, 'cache');
  assert.equal((await fetchText(`${origin}/plain`, { cache })).text, 'text of the file\n');
  writeFileSync(join(root, 'file'), '');
  await assert.rejects(
    fetchText(`${origin}/a.txt`, { cache: join(root, 'file') }),
    failsWith('cannotCreate', /file/),
  );
});

test('what was of no use for a month goes, but nothing that the run asks for, and no file of others', async (t) => {
  const cache = folder(t);
  const { origin } = await serve(t, (request, response) => answerWith(FILE, request, response));
  for (const name of ['a', 'b', 'c']) await fetchText(`${origin}/${name}`, { cache });
  writeFileSync(join(cache, 'notes.txt'), 'of somebody');
  const age = (days: number): void => {
    for (const name of readdirSync(cache)) {
      const time = new Date(Date.now() - days * 24 * 60 * 60 * 1000);
      utimesSync(join(cache, name), time, time);
    }
  };
  age(29);
  assert.deepEqual((await fetchText(`${origin}/a`, { cache })).notes, []);
  assert.equal(readdirSync(cache).length, 7);
  // The time of use counts, which is newer for the one that was read.
  const none = await fetchText(`${origin}/none`, { cache, cacheDays: 28 });
  assert.deepEqual(none.notes, [`${cache}: removed 2 downloads without use for 28 days`]);
  assert.equal(readdirSync(cache).length, 5);
  age(31);
  const again = await fetchText(`${origin}/a`, { cache });
  assert.deepEqual(again.notes, [`${cache}: removed 1 download without use for 30 days`]);
  assert.equal(again.counts.cached, 1);
  assert.equal(readFileSync(join(cache, 'notes.txt'), 'utf8'), 'of somebody');
});

test('the largest size that is allowed holds for what the cache has, too', async (t) => {
  const cache = folder(t);
  const { origin } = await serve(t, (request, response) => answerWith(FILE, request, response));
  await fetchText(`${origin}/a.txt`, { cache });
  await assert.rejects(
    fetchText(`${origin}/a.txt`, { cache, maxBytes: FILE.content.length - 1 }),
    failsWith('data', /a\.txt: larger than the 16 bytes/),
  );
  assert.equal(
    (await fetchText(`${origin}/a.txt`, { cache, maxBytes: FILE.content.length })).counts.cached,
    1,
  );
});
