import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { averageSchema, trainSchema } from '../../../src/distributed/records.js';
import { BlobCache } from '../../../src/storage/blob-cache.js';
import type { ObjectStore } from '../../../src/storage/object-store.js';
import { openStore } from '../../../src/storage/open-store.js';
import { storedRuns } from '../../../src/storage/remove-runs.js';
import { runStorage } from '../../../src/storage/run-storage.js';
import type { Arena } from './support/arena.js';
import { OUTPUTS } from './support/job.js';
import { comparableRecords, recordsOf, requireBlobs } from './support/records.js';
import type { Reference } from './support/reference.js';

/** How long what is left in Redis by cancelled attempts has to go, in milliseconds. */
const PATIENCE = 15_000;

/** @throws AssertionError unless the run's outputs are those of runs that nobody disturbed, byte for byte. */
export async function requireOutputs({ folder }: Arena, reference: Reference): Promise<void> {
  for (const name of ['vocabulary', 'vectors'] as const) {
    const content = await readFile(join(folder, OUTPUTS[name]));
    assert.ok(content.equals(reference[name]), `the file of ${name} is another`);
  }
}

/**
 * @throws AssertionError unless what is in storage is what a run whose steps were done once, one after the other, leaves
 * there; and each shard's changes have gone into the average of each round once.
 */
export async function requireRecords(arena: Arena, reference: Reference): Promise<void> {
  const { folder, moto, storage: address } = arena;
  // The test itself sees no failures.
  Object.assign(process.env, moto?.environment());
  const store = await openStore(address);
  const storage = runStorage(store, await runIn(store), new BlobCache(join(folder, 'cache-of-test')));
  try {
    const records = await recordsOf(store, storage);
    requireOnce(records);
    assert.deepEqual(await comparableRecords(store, storage, folder), reference.records);
    for (const record of records.values()) await requireBlobs(storage, record);
  } finally {
    await storage.close();
    await store.close();
  }
}

/** The one run in a store that came to its end. One that was killed before it was submitted may have left its plan. */
async function runIn(store: ObjectStore): Promise<string> {
  const runs = await storedRuns(store, new AbortController().signal);
  const ended = [...runs].filter(([, records]) => records.includes('result')).map(([run]) => run);
  assert.equal(ended.length, 1, `not one run that has a result: ${ended.join(', ')}`);
  return ended[0]!;
}

/** Counts in the averages of the rounds: each shard once, with the changes that its one record names. */
function requireOnce(records: ReadonlyMap<string, unknown>): void {
  const shards = [...records.keys()].filter((name) => /^ingest-\d+$/.test(name)).length;
  for (const [name, record] of records) {
    if (!/^average-\d+$/.test(name)) continue;
    const { round, contributions } = averageSchema.parse(record);
    assert.deepEqual(
      contributions.map(({ shard }) => shard),
      Array.from({ length: shards }, (_, shard) => shard),
      `the shards in the average of round ${round}`,
    );
    for (const { shard, words, changes } of contributions) {
      const trained = trainSchema.parse(records.get(`train-${round}-${shard}`));
      assert.deepEqual({ words, changes }, { words: trained.words, changes: trained.changes });
    }
  }
}

/** Keys of Redis that stay: of the queues, of runs that are over, what is known of submissions. */
const STAYS = [
  /^bull:wordmill-(runs|steps):(id|meta|events|stalled-check)$/,
  /^bull:wordmill-runs:(completed|failed)$/,
  /^bull:wordmill-runs:[^:]+(:(processed|failed|unsuccessful))?$/,
  /^wordmill:run:[^:]+:[^:]+$/,
];

/** @throws AssertionError unless Redis holds no more than what is known of runs that are over. */
export async function requireTidyRedis({ redis }: Arena): Promise<void> {
  const until = performance.now() + PATIENCE;
  for (;;) {
    const others = [...(await redis.dump()).keys()].filter((key) => !STAYS.some((known) => known.test(key)));
    if (others.length === 0) return;
    assert.ok(performance.now() < until, `left in Redis: ${others.join(', ')}`);
    await delay(200);
  }
}

/** Ends the workers. @throws AssertionError unless each ends properly, and leaves no intermediate files. */
export async function requireTidyWorkers(arena: Arena): Promise<void> {
  const { living, workers, folder } = arena;
  const failed = workers.find(({ hasFailed }) => hasFailed);
  assert.ok(!failed, `a worker ended by itself:\n${failed?.told}`);
  for (const worker of living) await worker.end();
  const ended = new Set(living.map(({ pid }) => pid));
  const folders = [arena.scratchOf(0), arena.scratchOf(1), join(folder, 'cache')];
  if (!arena.moto) folders.push(join(folder, 'storage', '.unfinished'));
  const left = (await Promise.all(folders.map((path) => readdir(path)))).flat();
  const ofEnded = left.filter((name) => ended.has(Number(/-(\d+)-[0-9a-f]{8}\.tmp/.exec(name)?.[1])));
  assert.deepEqual(ofEnded, [], 'left by workers that ended properly');
}
