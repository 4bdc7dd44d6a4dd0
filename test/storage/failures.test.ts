import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { BlobCache } from '../../src/storage/blob-cache.js';
import { FolderStore } from '../../src/storage/folder-store.js';
import type { ObjectStore } from '../../src/storage/object-store.js';
import { openStore } from '../../src/storage/open-store.js';
import { RETRY_DEFAULTS } from '../../src/storage/retries.js';
import { RetryingStore } from '../../src/storage/retrying-store.js';
import { runStorage } from '../../src/storage/run-storage.js';
import { S3Store } from '../../src/storage/s3-store.js';
import { FailingProxy } from '../support/failing-proxy.js';
import { FailingStore } from '../support/failing-store.js';
import { MotoServer, skipWithoutMoto } from '../support/moto.js';

const { signal } = new AbortController();
const retries = { ...RETRY_DEFAULTS, wait: 0.001 };
const schema = z.strictObject({ worker: z.number() });

let folder: string;
let moto: MotoServer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'failures-'));
  if (!skipWithoutMoto) moto = await MotoServer.start();
});

after(async () => {
  await moto?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Two machines that write the same blobs and records at once, and then read all of them. */
async function useFromTwo(stores: readonly ObjectStore[]): Promise<void> {
  const machines = await Promise.all(
    stores.map(async (store, index) => {
      const cache = await mkdtemp(join(folder, `cache-${index}-`));
      return runStorage(store, 'run', new BlobCache(cache));
    }),
  );
  const contents = Array.from({ length: 20 }, (_, index) =>
    randomBytes(index === 0 ? 12_000_000 : 1000 * index),
  );
  await Promise.all(contents.map((content, index) => writeFile(join(folder, `file-${index}`), content)));
  const written = await Promise.all(
    machines.map(async (storage, worker) => {
      const blobs = [];
      for (const index of contents.keys())
        blobs.push(await storage.put(join(folder, `file-${index}`), signal));
      const records = [];
      for (let step = 0; step < 20; step++) {
        records.push(await storage.writeOnce(`step-${step}`, schema, { worker }, signal));
      }
      return { blobs, records };
    }),
  );
  assert.deepEqual(written[0], written[1]);
  for (const [index, storage] of machines.entries()) {
    const other = runStorage(stores[index]!, 'run', new BlobCache(await mkdtemp(join(folder, 'empty-'))));
    for (const [at, blob] of written[0]!.blobs.entries()) {
      assert.deepEqual(await readFile(await other.fetch(blob, signal)), contents[at]);
    }
    for (const [step, record] of written[0]!.records.entries()) {
      assert.deepEqual(await storage.read(`step-${step}`, schema, signal), record);
    }
    const keys = [];
    for await (const key of stores[index]!.list('runs/')) keys.push(key);
    assert.equal(keys.length, 20);
    await other.close();
    await storage.close();
  }
}

test('a folder that fails one request in ten changes nothing', async () => {
  const path = await mkdtemp(join(folder, 'shared-'));
  const failing = [1, 2].map((seed) => new FailingStore(new FolderStore(path), 10, seed));
  await useFromTwo(failing.map((store) => new RetryingStore(store, retries)));
  for (const { failures, requests } of failing) assert.ok(failures > requests / 30, `${failures}`);
});

test('S3 that fails one request in ten changes nothing', { skip: skipWithoutMoto }, async () => {
  const proxy = await FailingProxy.start(moto.endpoint, { oneIn: 10, seed: 3 });
  Object.assign(process.env, moto.environment(proxy.endpoint));
  const settings = { retries, partBytes: 5 << 20 };
  const s3 = [1, 2].map(() => new S3Store({ bucket: moto.bucket, prefix: 'failing/' }, settings));
  try {
    await useFromTwo(s3.map((store) => new RetryingStore(store, retries)));
    assert.ok(proxy.failed > proxy.requests / 30);
    for (const [failure, count] of Object.entries(proxy.failures)) assert.ok(count > 0, failure);
  } finally {
    for (const store of s3) await store.close();
    await proxy.stop();
  }
});

test('a store that is down is unavailable after some retries, with what to do', async () => {
  const store = new RetryingStore(new FailingStore(new FolderStore(folder), 1), { ...retries, retries: 3 });
  await assert.rejects(store.getBytes('key'), {
    kind: 'unavailable',
    message: /this request fails in a test; 3 retries did not help\n {2}Run it again/,
  });
});

test('S3 that is not there is unavailable', { skip: skipWithoutMoto }, async () => {
  Object.assign(process.env, moto.environment('http://127.0.0.1:9'));
  const store = await openStore('s3://corpora/x', { retries: { retries: 1, wait: 0.001 } });
  await assert.rejects(store.getBytes('key'), {
    kind: 'unavailable',
    message: /s3:\/\/corpora\/x\/key: .*ECONNREFUSED.*1 retry did not help/,
  });
  await store.close();
});
