import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Report } from '../../src/core/report.js';
import type { TrainedVectors } from '../../src/core/vectors.js';
import { averageRound } from '../../src/distributed/average-round.js';
import { encodeShard } from '../../src/distributed/encode-shard.js';
import { finishTraining } from '../../src/distributed/finish-training.js';
import { ingestShard } from '../../src/distributed/ingest-shard.js';
import { mergeCounts } from '../../src/distributed/merge-counts.js';
import { planRun } from '../../src/distributed/plan-shards.js';
import { resultVectors } from '../../src/distributed/result-vectors.js';
import type { StepContext } from '../../src/distributed/step.js';
import { trainShard } from '../../src/distributed/train-shard.js';
import { type Definition, resolveDefinition } from '../../src/index.js';
import { BlobCache } from '../../src/storage/blob-cache.js';
import { openStore } from '../../src/storage/open-store.js';
import { runStorage } from '../../src/storage/run-storage.js';

/** What a run gave, and what its machines would exchange in a round, on average, in bytes. */
export interface DistributedRun {
  readonly vectors: TrainedVectors;
  /** The changes that one shard sends. */
  readonly changesOfShard: number;
  /** The changes of an average, which each worker fetches. */
  readonly changesOfAverage: number;
}

/** Does all steps of a run, one after another, over a folder as storage; the folder is removed at the end. */
export async function distributedRun(
  definition: Definition,
  folder: string,
  id: string,
  threads: number,
): Promise<DistributedRun> {
  const { signal } = new AbortController();
  const own = join(folder, id);
  mkdirSync(join(own, 'storage'), { recursive: true });
  const store = await openStore(join(own, 'storage'));
  const storage = runStorage(store, id, new BlobCache(join(own, 'cache')));
  try {
    const plan = await planRun(storage, resolveDefinition(definition), signal);
    const context: StepContext = {
      ...{ storage, plan, signal, threads, report: new Report() },
      async scratchFolder() {
        mkdirSync(join(own, 'scratch'), { recursive: true });
        return mkdtempSync(join(own, 'scratch', 'of-'));
      },
    };
    const shards = [...plan.shards.keys()];
    for (const shard of shards) await ingestShard(context, shard);
    await mergeCounts(context);
    for (const shard of shards) await encodeShard(context, shard);
    const rounds = definition.train!.epochs! * plan.roundsPerEpoch;
    let ofShards = 0;
    let ofAverages = 0;
    for (let round = 0; round < rounds; round++) {
      for (const shard of shards) ofShards += (await trainShard(context, round, shard)).changes.bytes;
      ofAverages += (await averageRound(context, round)).changes.bytes;
      rmSync(join(own, 'scratch'), { recursive: true, force: true });
    }
    const { seconds } = await finishTraining(context);
    return {
      vectors: await resultVectors(context, { seconds, threads }),
      changesOfShard: ofShards / rounds / shards.length,
      changesOfAverage: ofAverages / rounds,
    };
  } finally {
    await storage.close();
    await store.close();
    rmSync(own, { recursive: true, force: true });
  }
}
