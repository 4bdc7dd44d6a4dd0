import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { Random } from '../../src/core/random.js';
import { averageRound } from '../../src/distributed/average-round.js';
import { encodeShard } from '../../src/distributed/encode-shard.js';
import { finishTraining } from '../../src/distributed/finish-training.js';
import { ingestShard } from '../../src/distributed/ingest-shard.js';
import { mergeCounts } from '../../src/distributed/merge-counts.js';
import { planRun } from '../../src/distributed/plan-shards.js';
import { resultSchema } from '../../src/distributed/records.js';
import type { StepContext } from '../../src/distributed/step.js';
import { trainShard } from '../../src/distributed/train-shard.js';
import { nativeUnavailable } from '../../src/native/addon.js';
import { resolveDefinition } from '../../src/pipeline/definition.js';
import { BlobCache } from '../../src/storage/blob-cache.js';
import { FolderStore } from '../../src/storage/folder-store.js';
import type { ObjectStore } from '../../src/storage/object-store.js';
import { RETRY_DEFAULTS } from '../../src/storage/retries.js';
import { RetryingStore } from '../../src/storage/retrying-store.js';
import { type RunStorage, runStorage } from '../../src/storage/run-storage.js';
import { S3Store } from '../../src/storage/s3-store.js';
import { FailingProxy } from '../support/failing-proxy.js';
import { FailingStore } from '../support/failing-store.js';
import { MotoServer, skipWithoutMoto } from '../support/moto.js';
import { stepContext, temporaryFolder } from './helpers.js';

const { signal } = new AbortController();
const skip = nativeUnavailable() ?? false;
const retries = { ...RETRY_DEFAULTS, wait: 0.001 };
const SHARDS = 2;
const ROUNDS = 2;

let moto: MotoServer;

before(async () => {
  if (!skipWithoutMoto) moto = await MotoServer.start();
});

after(() => moto?.stop());

type Step = (context: StepContext) => Promise<unknown>;

/**
 * Does a run on two machines, each with a store and a cache of its own; both do every step, at the same time, and have to
 * get the same record. Gives the name of the model's content.
 */
async function runOnTwo(folder: string, text: string, stores: readonly ObjectStore[]): Promise<string> {
  const caches = stores.map((_, index) => new BlobCache(join(folder, `cache-${index}`)));
  const onBoth = async <Result>(work: (storage: RunStorage) => Promise<Result>): Promise<Result> => {
    const results = await Promise.all(
      stores.map(async (store, index) => {
        const storage = runStorage(store, 'test', caches[index]!);
        try {
          return await work(storage);
        } finally {
          await storage.close();
        }
      }),
    );
    assert.deepEqual(results[0], results[1]);
    return results[0]!;
  };
  const doStep = (step: Step) =>
    onBoth(async (storage) => step({ ...(await stepContext(storage, folder)), threads: 1 }));
  const definition = resolveDefinition({
    source: { files: text },
    vocabulary: { minCount: 1 },
    train: { dimensions: 12, epochs: 1, threads: 1 },
    distributed: { shards: SHARDS, roundsPerEpoch: ROUNDS },
  });
  await onBoth((storage) => planRun(storage, definition, signal));
  const eachShard = async (step: (context: StepContext, shard: number) => Promise<unknown>) => {
    for (let shard = 0; shard < SHARDS; shard++) await doStep((context) => step(context, shard));
  };
  await eachShard(ingestShard);
  await doStep(mergeCounts);
  await eachShard(encodeShard);
  for (let round = 0; round < ROUNDS; round++) {
    await eachShard((context, shard) => trainShard(context, round, shard));
    await doStep((context) => averageRound(context, round));
  }
  await doStep(finishTraining);
  const result = await onBoth((storage) => storage.read('result', resultSchema, signal));
  return result!.model.sha256;
}

async function textIn(folder: string): Promise<string> {
  const random = new Random(7);
  const line = () => `${Array.from({ length: 20 }, () => `w${random.below(100)}`).join(' ')}\n`;
  await writeFile(join(folder, 'text.txt'), Array.from({ length: 1000 }, line).join(''));
  return join(folder, 'text.txt');
}

async function expectedModel(folder: string, text: string): Promise<string> {
  const path = join(folder, 'sound');
  return runOnTwo(folder, text, [new FolderStore(path), new FolderStore(path)]);
}

test('a run whose folder fails one request in ten gives the same model', { skip }, async (t: TestContext) => {
  const folder = await temporaryFolder(t);
  const text = await textIn(folder);
  const failing = [1, 2].map((seed) => new FailingStore(new FolderStore(join(folder, 'failing')), 10, seed));
  const stores = failing.map((store) => new RetryingStore(store, retries));
  assert.equal(await runOnTwo(folder, text, stores), await expectedModel(folder, text));
  for (const { failures } of failing) assert.ok(failures > 5, `${failures} failures`);
});

test('a run whose S3 fails one request in ten gives the same model', {
  skip: skip || skipWithoutMoto,
}, async (t: TestContext) => {
  const folder = await temporaryFolder(t);
  const text = await textIn(folder);
  const proxy = await FailingProxy.start(moto.endpoint, { oneIn: 10, seed: 9 });
  Object.assign(process.env, moto.environment(proxy.endpoint));
  const place = { bucket: moto.bucket, prefix: 'run/' };
  const stores = [1, 2].map(() => new RetryingStore(new S3Store(place, { retries }), retries));
  try {
    assert.equal(await runOnTwo(folder, text, stores), await expectedModel(folder, text));
    assert.ok(proxy.failed > 10, `${proxy.failed} failures`);
  } finally {
    for (const store of stores) await store.close();
    await proxy.stop();
  }
});
