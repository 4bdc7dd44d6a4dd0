import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { type Blob, blobKey, blobSchema } from '../../src/storage/blob.js';
import { BlobCache } from '../../src/storage/blob-cache.js';
import { FolderStore } from '../../src/storage/folder-store.js';
import { recordKey, runStorage } from '../../src/storage/run-storage.js';

const { signal } = new AbortController();
const schema = z.strictObject({ shard: z.number(), counts: blobSchema.optional() });

interface Places {
  readonly folder: string;
  readonly store: FolderStore;
  readonly cache: BlobCache;
  file(name: string, content: string | Uint8Array): Promise<string>;
}

async function withPlaces(body: (places: Places) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'run-storage-'));
  try {
    await body({
      folder,
      store: new FolderStore(join(folder, 'shared')),
      cache: new BlobCache(join(folder, 'cache')),
      async file(name, content) {
        await writeFile(join(folder, name), content);
        return join(folder, name);
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('blobs and records come back, on another machine too, and traffic is counted', () =>
  withPlaces(async ({ store, cache, folder, file }) => {
    const one = runStorage(store, 'run-1', cache);
    const blob = await one.put(await file('text', 'some text'), signal);
    assert.deepEqual(blob, {
      sha256: 'b94f6f125c79e3a5ffaa826f584c10d52ada669e6762051b826b55776d05aed2',
      bytes: 9,
    });
    assert.equal(await one.read('ingest-0', schema, signal), undefined);
    assert.deepEqual(await one.writeOnce('ingest-0', schema, { shard: 0, counts: blob }, signal), {
      shard: 0,
      counts: blob,
    });
    const two = runStorage(store, 'run-1', new BlobCache(join(folder, 'cache of another')));
    const record = await two.read('ingest-0', schema, signal);
    assert.deepEqual(record, { shard: 0, counts: blob });
    const path = await two.fetch(record!.counts!, signal);
    assert.equal(await readFile(path, 'utf8'), 'some text');
    assert.equal(await two.fetch(blob, signal), path);
    const size = (await store.size(recordKey('run-1', 'ingest-0')))!;
    assert.deepEqual(two.traffic, { sent: 0, received: 9 + size });
    assert.deepEqual(one.traffic, { sent: 9 + size, received: size });
    await Promise.all([one.close(), two.close()]);
  }));

test('the record that was first stands', () =>
  withPlaces(async ({ store, cache }) => {
    const one = runStorage(store, 'run', cache);
    assert.deepEqual(await one.writeOnce('plan', schema, { shard: 1 }, signal), { shard: 1 });
    assert.deepEqual(await one.writeOnce('plan', schema, { shard: 2 }, signal), { shard: 1 });
    const all = await Promise.all(
      [5, 6, 7, 8].map((shard) => one.writeOnce('vocabulary', schema, { shard }, signal)),
    );
    assert.equal(new Set(all.map(({ shard }) => shard)).size, 1);
  }));

async function damage(store: FolderStore, key: string, path: string): Promise<void> {
  const bytes = Buffer.from((await store.getBytes(key))!);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(path, bytes);
  await store.remove(key);
  await store.putFile(key, path);
}

test('a flipped bit in a blob or a record is an error that names the object', () =>
  withPlaces(async ({ store, cache, folder, file }) => {
    const one = runStorage(store, 'run', cache);
    const blob = await one.put(await file('text', 'some text'), signal);
    await one.writeOnce('ingest-0', schema, { shard: 0, counts: blob }, signal);
    await damage(store, blobKey(blob), join(folder, 'damaged'));
    await damage(store, recordKey('run', 'ingest-0'), join(folder, 'damaged'));
    const two = runStorage(store, 'run', new BlobCache(join(folder, 'another')));
    await assert.rejects(two.fetch(blob, signal), {
      kind: 'data',
      message: new RegExp(`shared/blobs/b9/${blob.sha256}: its content is not what its name says`),
    });
    await assert.rejects(two.read('ingest-0', schema, signal), {
      kind: 'data',
      message: /shared\/runs\/run\/ingest-0\.json: /,
    });
    assert.deepEqual(
      (await readdir(join(folder, 'another'))).filter((name) => !name.startsWith('.')),
      [],
    );
  }));

test('a blob of the wrong size in storage is replaced when it is put', () =>
  withPlaces(async ({ store, cache, file }) => {
    const one = runStorage(store, 'run', cache);
    const path = await file('text', 'some text');
    const blob: Blob = await one.put(path, signal);
    await store.remove(blobKey(blob));
    await store.putBytes(blobKey(blob), new Uint8Array(3));
    await one.put(path, signal);
    assert.equal(await store.size(blobKey(blob)), 9);
  }));

test('a blob that is missing is an error that names it', () =>
  withPlaces(async ({ store, cache }) => {
    const one = runStorage(store, 'run', cache);
    await assert.rejects(one.fetch({ sha256: 'a'.repeat(64), bytes: 3 }, signal), {
      kind: 'data',
      message: /shared\/blobs\/aa\/a+: this is missing/,
    });
  }));

test('a run has to have a name that can be a key', () => {
  const folder = new FolderStore('/nowhere');
  for (const run of ['', '../x', 'a/b', '.a']) {
    assert.throws(() => runStorage(folder, run, new BlobCache('/nowhere')), { kind: 'usage' });
  }
});
