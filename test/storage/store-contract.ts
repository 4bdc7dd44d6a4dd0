import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { WordmillError } from '../../src/core/errors.js';
import type { ObjectStore } from '../../src/storage/object-store.js';
import { tryStore } from '../../src/storage/try-store.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A store for one test, empty, and what ends it. */
export interface TestStore {
  readonly store: ObjectStore;
  close(): Promise<void>;
}

/**
 * The tests that every store has to pass.
 *
 * @param open a new empty one
 */
export function storeContract(name: string, skip: string | false, open: () => Promise<TestStore>): void {
  async function withStore(body: (store: ObjectStore, folder: string) => Promise<void>): Promise<void> {
    const { store, close } = await open();
    const folder = await mkdtemp(join(tmpdir(), 'store-'));
    try {
      await body(store, folder);
    } finally {
      await close();
      await rm(folder, { recursive: true, force: true });
    }
  }
  const contract = (what: string, body: (store: ObjectStore, folder: string) => Promise<void>) =>
    test(`${name}: ${what}`, { skip }, () => withStore(body));

  contract('can be tried out, and nothing is left of that', async (store) => {
    await Promise.all([tryStore(store), tryStore(store)]);
    assert.equal((await store.list('')[Symbol.asyncIterator]().next()).done, true);
  });

  contract('gives back what was put, bytes and files', async (store, folder) => {
    assert.equal(await store.putBytes('runs/one/plan.json', bytesOf('plan')), true);
    await writeFile(join(folder, 'from'), 'a file');
    assert.equal(await store.putFile('blobs/ab/abc', join(folder, 'from')), true);
    assert.equal(new TextDecoder().decode(await store.getBytes('runs/one/plan.json')), 'plan');
    assert.equal(await store.getFile('runs/one/plan.json', join(folder, 'plan')), true);
    assert.equal(await readFile(join(folder, 'plan'), 'utf8'), 'plan');
    assert.equal(await store.getFile('blobs/ab/abc', join(folder, 'to')), true);
    assert.equal(await readFile(join(folder, 'to'), 'utf8'), 'a file');
    assert.equal(await store.size('blobs/ab/abc'), 6);
    assert.deepEqual((await readdir(folder)).sort(), ['from', 'plan', 'to']);
  });

  contract('keeps the first of two objects', async (store, folder) => {
    await writeFile(join(folder, 'second'), 'second');
    assert.equal(await store.putBytes('key', bytesOf('first')), true);
    assert.equal(await store.putBytes('key', bytesOf('second')), false);
    assert.equal(await store.putFile('key', join(folder, 'second')), false);
    assert.equal(new TextDecoder().decode(await store.getBytes('key')), 'first');
  });

  contract('keeps one of many that are put at once, and says whose', async (store) => {
    for (let round = 0; round < 5; round++) {
      const key = `round/${round}`;
      const texts = Array.from({ length: 8 }, (_, index) => `${index}`.repeat(1000));
      const written = await Promise.all(texts.map((text) => store.putBytes(key, bytesOf(text))));
      assert.equal(written.filter(Boolean).length, 1);
      const standing = new TextDecoder().decode(await store.getBytes(key));
      assert.equal(standing, texts[written.indexOf(true)]);
    }
  });

  contract('says where there is nothing', async (store, folder) => {
    const path = join(folder, 'nothing');
    assert.equal(await store.getBytes('no/such/key'), undefined);
    assert.equal(await store.getFile('no/such/key', path), false);
    assert.equal(await store.size('no/such/key'), undefined);
    assert.deepEqual(await keysOf(store.list('')), []);
    await store.remove('no/such/key');
    await store.putBytes('no/such/key', bytesOf(''));
    assert.equal((await store.getBytes('no/such/key'))?.length, 0);
    assert.equal(await store.getFile('no/such/key', path), true);
    assert.equal(await store.size('no/such/key'), 0);
    assert.equal(await store.size('no/such'), undefined);
    assert.equal(await store.getBytes('no/such'), undefined);
    assert.equal(await store.getFile('no/such', join(folder, 'folder')), false);
    assert.deepEqual(await readdir(folder), ['nothing']);
  });

  contract('lists keys in the order of their bytes, by prefix and after a key', async (store) => {
    const keys = ['a-b', 'a.b', 'a/b', 'a/b-c/d', 'a/b.c', 'a/bc', 'a_b', 'aB', 'ab', 'b/a', 'b/c'].sort();
    for (const key of [...keys].reverse()) await store.putBytes(key, bytesOf(key));
    assert.deepEqual(await keysOf(store.list('')), keys);
    for (const prefix of ['a', 'a/', 'a/b', 'a/b-', 'a/b-c/', 'b/', 'c', 'a/b-c/d']) {
      const expected = keys.filter((key) => key.startsWith(prefix));
      assert.deepEqual(await keysOf(store.list(prefix)), expected, prefix);
    }
    for (const after of [...keys, 'a/b-c', 'a/b-c/a', 'a/b-c/e']) {
      const expected = keys.filter((key) => key > after);
      assert.deepEqual(await keysOf(store.list('', undefined, after)), expected, after);
    }
  });

  contract('removes', async (store) => {
    await store.putBytes('runs/one/plan.json', bytesOf('one'));
    await store.putBytes('runs/two/plan.json', bytesOf('two'));
    await store.remove('runs/one/plan.json');
    assert.equal(await store.getBytes('runs/one/plan.json'), undefined);
    assert.deepEqual(await keysOf(store.list('')), ['runs/two/plan.json']);
    assert.equal(await store.putBytes('runs/one/plan.json', bytesOf('again')), true);
    assert.equal(new TextDecoder().decode(await store.getBytes('runs/one/plan.json')), 'again');
  });

  contract('refuses what is no key', async (store, folder) => {
    const path = join(folder, 'file');
    await writeFile(path, 'content');
    for (const key of [
      '',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      '../a',
      'a/../b',
      '.hidden',
      'ä',
      'a b',
      'a'.repeat(201),
    ]) {
      const wrong = { name: 'WordmillError', kind: 'internal', message: /no key/ };
      await assert.rejects(async () => store.putBytes(key, bytesOf('')), wrong, key);
      await assert.rejects(async () => store.putFile(key, path), wrong, key);
      await assert.rejects(async () => store.getBytes(key), wrong, key);
      await assert.rejects(async () => store.getFile(key, join(folder, 'to')), wrong, key);
      await assert.rejects(async () => store.size(key), wrong, key);
      await assert.rejects(async () => store.remove(key), wrong, key);
    }
  });

  contract('carries 50 MB', async (store, folder) => {
    const path = join(folder, 'large');
    await writeFile(path, randomBytes(50_000_000));
    assert.equal(await store.putFile('large', path), true);
    assert.equal(await store.size('large'), 50_000_000);
    assert.equal(await store.getFile('large', join(folder, 'back')), true);
    assert.equal(await sha256(join(folder, 'back')), await sha256(path));
    assert.equal(await store.putFile('large', path), false);
  });

  contract('stops when the signal fires, and leaves nothing behind', async (store, folder) => {
    const path = join(folder, 'large');
    await writeFile(path, randomBytes(50_000_000));
    await store.putFile('there', path);
    const calls: ((signal: AbortSignal) => Promise<unknown>)[] = [
      (signal) => store.putFile('new', path, signal),
      (signal) => store.getFile('there', join(folder, 'back'), signal),
    ];
    for (const call of calls) {
      for (const milliseconds of [0, 3, 10]) {
        const stop = new AbortController();
        const timer = setTimeout(() => stop.abort(), milliseconds);
        const error = await call(stop.signal).then(
          () => undefined,
          (error: unknown) => error,
        );
        clearTimeout(timer);
        // A fast disk may have been done before.
        if (error !== undefined) assert.equal((error as WordmillError).kind, 'aborted', String(error));
        else assert.ok(milliseconds > 0);
        if (error !== undefined) assert.equal(await store.size('new'), undefined);
        else await store.remove('new');
        await rm(join(folder, 'back'), { force: true });
      }
    }
    assert.deepEqual(await readdir(folder), ['large']);
    const stopped = AbortSignal.abort();
    const isAborted = (error: unknown) => error instanceof WordmillError && error.kind === 'aborted';
    await assert.rejects(store.putBytes('new', bytesOf('x'), stopped), isAborted);
    await assert.rejects(store.getBytes('there', stopped), isAborted);
    await assert.rejects(store.size('there', stopped), isAborted);
    await assert.rejects(store.remove('there', stopped), isAborted);
    await assert.rejects(keysOf(store.list('', stopped)), isAborted);
    assert.deepEqual(await keysOf(store.list('')), ['there']);
  });
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function keysOf(keys: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const key of keys) all.push(key);
  return all;
}
