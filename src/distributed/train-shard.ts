import { join } from 'node:path';
import { encodedCorpus } from './encoded-corpus.js';
import { partsOf } from './ingest-shard.js';
import type { Model } from './model.js';
import { holdModel } from './model-of-round.js';
import { type TrainRecord, trainSchema } from './records.js';
import { changedRows, writeRowChanges } from './row-changes.js';
import { requireRound } from './run-training.js';
import type { StepContext } from './step.js';
import { trainSlice } from './train-slice.js';

/**
 * Trains a shard for a round: on its slice of the round, from the model that the round starts from. What comes of it is the
 * rows that it changed.
 *
 * @throws WordmillError `noInput` where the shard is not encoded, or the round before not averaged yet; `usage` for a
 * round or a shard that the run has not; `data` where training diverges, or what is stored is damaged; `outOfMemory`;
 * the abort error when the signal fires, within some milliseconds.
 */
export async function trainShard(context: StepContext, round: number, shard: number): Promise<TrainRecord> {
  const { storage, plan, signal } = context;
  const { roundsPerEpoch } = plan;
  partsOf(plan, shard);
  const name = `train-${round}-${shard}`;
  const done = await storage.read(name, trainSchema, signal);
  if (done) return done;
  const begun = performance.now();
  const before = { ...storage.traffic };
  const held = await holdModel(context, round);
  try {
    const { training, model } = held;
    requireRound(training, round);
    const { corpus } = await encodedCorpus(context, shard, training.vocabulary);
    const place = { round, shard, roundsPerEpoch };
    const { model: trained, ...counted } = await trainSlice(corpus, model, training, place, context);
    const path = join(await context.scratchFolder(), 'changes');
    const rows = await writeChanges(path, model, trained, signal);
    const changes = await storage.put(path, signal);
    const record: TrainRecord = {
      ...{ round, shard, changes, rows, ...counted },
      seconds: (performance.now() - begun) / 1_000,
      received: storage.traffic.received - before.received,
      sent: storage.traffic.sent - before.sent,
    };
    return await storage.writeOnce(name, trainSchema, record, signal);
  } finally {
    held.release();
  }
}

/** Writes what training changed of a model to a file; gives how many rows that is. */
export async function writeChanges(
  path: string,
  before: Model,
  after: Model,
  signal: AbortSignal,
  about?: Readonly<Record<string, string>>,
): Promise<number> {
  const changes = {
    input: await changedRows(before.input, after.input, signal),
    output: await changedRows(before.output, after.output, signal),
  };
  await writeRowChanges(path, changes, signal, about);
  return changes.input.rows.length + changes.output.rows.length;
}
