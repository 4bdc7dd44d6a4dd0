import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { WordmillError } from '../core/errors.js';
import { counted } from '../core/quantity.js';
import type { Source, StageContext } from '../core/stage.js';
import type { TrainedVectors } from '../core/vectors.js';
import type { ResolvedDefinition } from '../pipeline/schema.js';
import { followRun } from './bullmq/follow.js';
import { RunQueues } from './bullmq/run-queues.js';
import { planRun, planShards } from './plan-shards.js';
import { type RunPlan, vocabularySchema } from './records.js';
import { vocabularyOf } from './records-of-run.js';
import type { RedisSettings } from './settings.js';
import type { RunStorage, StepContext } from './step.js';

/** Where a run is done by workers. */
export interface DistributedExecution {
  readonly redis: RedisSettings;
  /** The storage of a run that the workers share. */
  storageOf(run: string): RunStorage;
  /** What the storage is called in messages. */
  readonly storageName: string;
  /** Reads the vectors that the run gave; they took so many seconds, on so many shards. */
  vectorsOf(
    context: StepContext,
    took: { readonly seconds: number; readonly threads: number },
  ): Promise<TrainedVectors>;
}

/**
 * What reads a definition's text and trains on it, on the workers of a Redis server: in place of the source and the
 * training of a local run. It plans the run, or finds the plan of one that goes on; submits it, follows it, and gives its
 * vectors. An interruption cancels the run.
 *
 * @throws WordmillError from the source: `unavailable` where Redis or the storage cannot be reached, `usage` for what cannot
 * be distributed, and the errors of steps that failed.
 */
export function distributedTraining(
  definition: ResolvedDefinition,
  execution: DistributedExecution,
): Source<TrainedVectors> {
  return async function* training(_input, context) {
    const { signal, recovery, report } = context;
    const run = recovery ? basename(recovery.folder) : `unkept-${randomUUID().slice(0, 18)}`;
    const storage = execution.storageOf(run);
    const queues = await RunQueues.connect(execution.redis);
    try {
      const plan = await planRun(storage, definition, signal);
      if (recovery?.resume) await refuseChanged(storage, plan, definition, context);
      recovery?.saved(`the steps that are done, in ${execution.storageName}`);
      const { length: shards } = plan.shards;
      const rounds = counted(plan.roundsPerEpoch, 'round');
      report.note(`run ${run}: ${counted(shards, 'shard')}, ${rounds} an epoch, ${queues.redis.shown}`);
      const lent = { storage, plan, signal, report, threads: 1, scratchFolder: context.scratchFolder };
      const took = await followRun(queues, {
        context: lent,
        report,
        onVocabulary: async () => context.announceVocabulary(await vocabularyOf(lent)),
      });
      yield await execution.vectorsOf(lent, { ...took, threads: 1 });
    } finally {
      await queues.close();
      await storage.close();
    }
  };
}

/** Refuses to go on with a run whose text is not read yet and has changed since it was planned. */
async function refuseChanged(
  storage: RunStorage,
  plan: RunPlan,
  definition: ResolvedDefinition,
  { signal }: StageContext,
): Promise<void> {
  if (await storage.read('vocabulary', vocabularySchema, signal)) return;
  const now = await planShards(definition, { signal });
  const names = new Set([...Object.keys(plan.inputs), ...Object.keys(now.inputs)]);
  const changed = [...names].find(
    (name) => JSON.stringify(plan.inputs[name]) !== JSON.stringify(now.inputs[name]),
  );
  if (changed === undefined) return;
  throw new WordmillError('data', 'this has changed since the run began, and is not all read yet', {
    place: { file: changed },
    hint: 'Run it without --resume to start anew.',
  });
}
