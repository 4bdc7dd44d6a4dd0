import { join } from 'node:path';
import pLimit from 'p-limit';
import { WordmillError } from '../core/errors.js';
import { averageFiles } from './average-files.js';
import type { Model } from './model.js';
import { writeModel } from './model-files.js';
import { holdModel } from './model-of-round.js';
import { type AverageRecord, averageSchema, type TrainRecord, trainSchema } from './records.js';
import { recordOf } from './records-of-run.js';
import { applyRowChanges } from './row-reader.js';
import { copyOf, requireRound } from './run-training.js';
import type { StepContext } from './step.js';

/** After so many rounds the whole model is written, so that who comes new need not read all changes since the start. */
export const ROUNDS_BETWEEN_MODELS = 4;

const FETCHED_AT_ONCE = 8;

/**
 * Averages what the shards learned in a round (src/distributed/row-merge.ts), each shard once, in their order. Rows stream:
 * beside the model, memory takes a block of rows of each shard. The same records give the same bytes, on any machine.
 *
 * @throws WordmillError `noInput` where a shard is not trained for the round yet, or an earlier round not averaged; `data`
 * where what is stored is damaged or of another round, or training diverged; the abort error when the signal fires.
 */
export async function averageRound(context: StepContext, round: number): Promise<AverageRecord> {
  const { storage, plan, signal } = context;
  const name = `average-${round}`;
  const done = await storage.read(name, averageSchema, signal);
  if (done) return done;
  const begun = performance.now();
  const limit = pLimit(FETCHED_AT_ONCE);
  const shards = await limit.map([...plan.shards.keys()], (shard) =>
    recordOf(context, `train-${round}-${shard}`, trainSchema),
  );
  checkContributions(shards, round, plan.shards.length);
  const held = await holdModel(context, round);
  try {
    const { model, training } = held;
    requireRound(training, round);
    const folder = await context.scratchFolder();
    const paths = await limit.map(shards, ({ changes }) => storage.fetch(changes, signal));
    const path = join(folder, 'changes');
    const rows = await averageFiles(paths, model, path, {
      ...{ signal, report: context.report, learningRate: training.learningRate },
    });
    const isWhole = (round + 1) % ROUNDS_BETWEEN_MODELS === 0 || round + 1 === training.rounds;
    const whole =
      isWhole && (await wholeModel(context, copyOf(model, training), path, join(folder, 'model')));
    const record: AverageRecord = {
      round,
      contributions: shards.map(({ shard, words, changes }) => ({ shard, words, changes })),
      changes: await storage.put(path, signal),
      rows,
      ...(whole && { model: whole }),
      words: sumOf(shards, 'words'),
      loss: sumOf(shards, 'loss'),
      predictions: sumOf(shards, 'predictions'),
      seconds: (performance.now() - begun) / 1_000,
    };
    return await storage.writeOnce(name, averageSchema, record, signal);
  } finally {
    held.release();
  }
}

/**
 * Each shard of the run must have its part of the round in it, once.
 *
 * @throws WordmillError `data` where one is twice or missing, or of another round.
 */
export function checkContributions(
  shards: readonly Pick<TrainRecord, 'round' | 'shard'>[],
  round: number,
  count: number,
): void {
  const seen = new Set<number>();
  for (const { round: of, shard } of shards) {
    if (of !== round) throw wrong(`shard ${shard} was trained for round ${of}, not ${round}`);
    if (!(shard >= 0 && shard < count)) throw wrong(`there is a shard ${shard}, but the run has ${count}`);
    if (seen.has(shard)) throw wrong(`shard ${shard} is there twice`);
    seen.add(shard);
  }
  for (let shard = 0; shard < count; shard++) if (!seen.has(shard)) throw wrong(`shard ${shard} is missing`);
}

function wrong(problem: string): WordmillError {
  return new WordmillError('data', `this round cannot be averaged: ${problem}`);
}

function sumOf(shards: readonly TrainRecord[], key: 'words' | 'loss' | 'predictions'): number {
  return shards.reduce((sum, shard) => sum + shard[key], 0);
}

async function wholeModel({ storage, signal }: StepContext, copy: Model, changes: string, path: string) {
  await applyRowChanges(changes, copy, signal);
  await writeModel(path, copy, signal);
  return storage.put(path, signal);
}
