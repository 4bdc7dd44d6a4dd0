import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryName } from '../../src/core/temporary.js';
import type { Blob } from '../../src/storage/blob.js';
import { BlobCache, defaultCacheFolder } from '../../src/storage/blob-cache.js';

const { signal } = new AbortController();

function blobOf(content: string): Blob {
  return { sha256: createHash('sha256').update(content).digest('hex'), bytes: Buffer.byteLength(content) };
}

/** Uses blobs, and tells how often each was loaded. */
class User {
  readonly loads: Record<string, number> = {};
  readonly #cache: BlobCache;
  readonly #links: Promise<string>;

  constructor(cache: BlobCache) {
    this.#cache = cache;
    this.#links = cache.newLinks();
  }

  async use(content: string, given = signal, wait = 0): Promise<string> {
    const blob = blobOf(content);
    const path = join(await this.#links, blob.sha256);
    await this.#cache.use(blob, path, given, async (file) => {
      this.loads[content] = (this.loads[content] ?? 0) + 1;
      await sleep(wait, undefined, { signal: given });
      await writeFile(file, content);
    });
    return path;
  }

  async close(): Promise<void> {
    await rm(await this.#links, { recursive: true });
  }
}

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'blob-cache-'));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const entriesOf = async (folder: string) => (await readdir(folder)).filter((name) => !name.startsWith('.'));

test('what was fetched is kept for later steps and other processes', () =>
  withFolder(async (folder) => {
    const one = new User(new BlobCache(folder));
    assert.equal(await readFile(await one.use('first'), 'utf8'), 'first');
    await one.close();
    const two = new User(new BlobCache(folder));
    assert.equal(await readFile(await two.use('first'), 'utf8'), 'first');
    assert.deepEqual(two.loads, {});
    await two.close();
    assert.deepEqual(await readdir(folder), [blobOf('first').sha256]);
  }));

test('past the limit, what was not used for longest goes, but nothing that is in use', () =>
  withFolder(async (folder) => {
    const cache = new BlobCache(folder, 3100);
    const contents = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(1000));
    const [a, b, c, d] = contents as [string, string, string, string];
    const holder = new User(cache);
    const path = await holder.use(a);
    const user = new User(cache);
    for (const content of [b, c]) {
      await user.use(content);
      await sleep(20);
    }
    await user.close();
    const later = new User(new BlobCache(folder, 3100));
    await later.use(b);
    await later.close();
    const last = new User(new BlobCache(folder, 3100));
    await last.use(d);
    const expected = [a, b, d].map((content) => blobOf(content).sha256).sort();
    assert.deepEqual((await entriesOf(folder)).sort(), expected);
    await last.use(c);
    // Both that are in use stay past the limit.
    assert.equal(await readFile(path, 'utf8'), a);
    assert.deepEqual(
      (await entriesOf(folder)).sort(),
      [a, c, d].map((content) => blobOf(content).sha256).sort(),
    );
  }));

test('what one process puts there stays within the limit, without a look at the folder for each', () =>
  withFolder(async (folder) => {
    const work = join(folder, 'work');
    const cache = new BlobCache(join(folder, 'cache'), 50_000);
    await mkdir(work);
    const made: string[] = [];
    for (let number = 0; number < 200; number++) {
      const content = String(number).padStart(1000, '.');
      const path = join(work, String(number));
      await writeFile(path, content);
      await cache.keep(blobOf(content), path);
      await rm(path);
      made.push(blobOf(content).sha256);
      const kept = await entriesOf(cache.folder);
      assert.ok(
        kept.length <= 50 && kept.length >= Math.min(number + 1, 49),
        `${kept.length} of ${number + 1}`,
      );
      assert.ok(kept.includes(made.at(-1)!));
    }
  }));

test('two steps that fetch one blob at once fetch it once; where the first is stopped, the second fetches it', () =>
  withFolder(async (folder) => {
    const cache = new BlobCache(folder);
    const user = new User(cache);
    const other = new User(cache);
    await Promise.all([user.use('one', signal, 50), other.use('one', signal, 50)]);
    assert.equal((user.loads.one ?? 0) + (other.loads.one ?? 0), 1);
    const stop = new AbortController();
    const stopped = assert.rejects(user.use('two', stop.signal, 10_000));
    await sleep(20);
    const waiting = other.use('two');
    await sleep(20);
    stop.abort();
    await stopped;
    assert.equal(await readFile(await waiting, 'utf8'), 'two');
    assert.deepEqual([user.loads.two, other.loads.two], [1, 1]);
  }));

test('a step that waits for the fetch of another stops when its own signal fires', () =>
  withFolder(async (folder) => {
    const cache = new BlobCache(folder);
    const first = new User(cache).use('content', signal, 300);
    await sleep(20);
    const second = new User(cache).use('content', AbortSignal.timeout(20));
    await assert.rejects(second, { kind: 'aborted' });
    assert.equal(await readFile(await first, 'utf8'), 'content');
  }));

test('a cached file that is damaged is fetched again', () =>
  withFolder(async (folder) => {
    const one = new User(new BlobCache(folder));
    await one.use('some content');
    await one.close();
    const entry = join(folder, blobOf('some content').sha256);
    for (const damaged of ['sime content', 'some']) {
      await writeFile(entry, damaged);
      const two = new User(new BlobCache(folder));
      assert.equal(await readFile(await two.use('some content'), 'utf8'), 'some content');
      assert.equal(two.loads['some content'], 1);
      await two.close();
    }
    assert.equal(await readFile(entry, 'utf8'), 'some content');
  }));

test('what a killed process left is removed', () =>
  withFolder(async (folder) => {
    const ended = Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));
    const left = temporaryName('used').replace(`-${process.pid}-`, `-${ended}-`);
    await mkdir(join(folder, left));
    await writeFile(join(folder, left, 'file'), 'x');
    const user = new User(new BlobCache(folder));
    await user.use('content');
    await user.close();
    assert.deepEqual(await readdir(folder), [blobOf('content').sha256]);
  }));

test('the cache is where it is said to be, or where caches are', () => {
  assert.equal(defaultCacheFolder({ WORDMILL_CACHE: '/fast' }), '/fast');
  assert.equal(defaultCacheFolder({ XDG_CACHE_HOME: '/cache' }), '/cache/wordmill/blobs');
  assert.match(defaultCacheFolder({}), /\.cache\/wordmill\/blobs$/);
});
