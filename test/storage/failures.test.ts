import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import type { WordmillError } from '../../src/core/errors.js';
import { BlobCache } from '../../src/storage/blob-cache.js';
import { FolderStore } from '../../src/storage/folder-store.js';
import type { ObjectStore } from '../../src/storage/object-store.js';
import { openStore } from '../../src/storage/open-store.js';
import { PassingFailure, RETRY_DEFAULTS } from '../../src/storage/retries.js';
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

test('a bucket that is not there, and a service that says nothing, are told', {
  skip: skipWithoutMoto,
}, async () => {
  Object.assign(process.env, moto.environment());
  const none = new S3Store({ bucket: 'no-such-bucket', prefix: '' });
  const missing = { kind: 'cannotCreate', message: /the bucket does not exist\n.*AWS_ENDPOINT_URL/ };
  await assert.rejects(none.putBytes('key', new Uint8Array(1)), missing);
  await assert.rejects(none.getBytes('key'), missing);
  await none.close();
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  Object.assign(process.env, moto.environment(`http://127.0.0.1:${port}`));
  const waiting = new S3Store(
    { bucket: 'corpora', prefix: '' },
    { timeouts: { connection: 1000, idle: 300 } },
  );
  await assert.rejects(waiting.getBytes('key'), PassingFailure);
  await waiting.close();
  silent.closeAllConnections();
  silent.close();
});

test('what a service does not allow names the permissions, and nothing that the service wrote', {
  skip: skipWithoutMoto,
}, async () => {
  const proxy = await FailingProxy.start(moto.endpoint, {
    before: () => ({ status: 403, code: 'InvalidAccessKeyId' }),
  });
  Object.assign(process.env, moto.environment(proxy.endpoint));
  const store = await openStore(`s3://${moto.bucket}/denied`);
  await assert.rejects(store.putBytes('key', new Uint8Array(1)), (error: WordmillError) => {
    assert.equal(error.kind, 'cannotCreate');
    assert.match(error.message, /does not allow this \(403 InvalidAccessKeyId\)\n.*s3:ListBucket/);
    assert.doesNotMatch(error.message, /in a test|not-a-secret/);
    return true;
  });
  await store.close();
  await proxy.stop();
});

/** A store that spoils what comes, so many times. */
class Spoiling extends FailingStore {
  constructor(
    store: ObjectStore,
    public times: number,
  ) {
    super(store, Number.POSITIVE_INFINITY);
  }

  override async getFile(key: string, path: string, given?: AbortSignal): Promise<boolean> {
    const found = await super.getFile(key, path, given);
    if (found && this.times-- > 0) await writeFile(path, 'spoilt');
    return found;
  }

  override async getBytes(key: string, given?: AbortSignal): Promise<Uint8Array | undefined> {
    const bytes = await super.getBytes(key, given);
    return bytes && this.times-- > 0 ? bytes.subarray(1) : bytes;
  }
}

test('what is spoilt on its way is fetched again', async () => {
  const shared = new FolderStore(await mkdtemp(join(folder, 'spoilt-')));
  const sender = runStorage(shared, 'run', new BlobCache(await mkdtemp(join(folder, 'sender-'))));
  await writeFile(join(folder, 'text'), 'some text');
  const blob = await sender.put(join(folder, 'text'), signal);
  await sender.writeOnce('plan', schema, { worker: 1 }, signal);
  const spoiling = new Spoiling(shared, 2);
  const receiver = runStorage(spoiling, 'run', new BlobCache(await mkdtemp(join(folder, 'receiver-'))));
  assert.equal(await readFile(await receiver.fetch(blob, signal), 'utf8'), 'some text');
  assert.equal(spoiling.times, -1);
  spoiling.times = 2;
  assert.deepEqual(await receiver.read('plan', schema, signal), { worker: 1 });
  assert.equal(spoiling.times, -1);
});
