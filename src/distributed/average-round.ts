import { join } from 'node:path';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import { divergenceError } from '../train/divergence.js';
import { MATRICES, type MatrixName, type Model } from './model.js';
import { writeModel } from './model-files.js';
import { holdModel } from './model-of-round.js';
import { type AverageRecord, averageSchema, type TrainRecord, trainSchema } from './records.js';
import { recordOf } from './records-of-run.js';
import { type ChangedRows, writeRowChanges } from './row-changes.js';
import { RowMerge } from './row-merge.js';
import { applyRowChanges, RowChanges } from './row-reader.js';
import { copyOf, requireRound } from './run-training.js';
import type { StepContext } from './step.js';

/** After so many rounds the whole model is written, so that who comes new need not read all changes since the start. */
export const ROUNDS_BETWEEN_MODELS = 4;

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
  const shards: TrainRecord[] = [];
  for (const shard of plan.shards.keys())
    shards.push(await recordOf(context, `train-${round}-${shard}`, trainSchema));
  checkContributions(shards, round, plan.shards.length);
  const held = await holdModel(context, round);
  try {
    const { model, training } = held;
    requireRound(training, round);
    const folder = await context.scratchFolder();
    const paths: string[] = [];
    for (const { changes } of shards) paths.push(await storage.fetch(changes, signal));
    const path = join(folder, 'changes');
    const rows = await averageFiles(paths, model, path, {
      signal,
      learningRate: training.learningRate,
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

/**
 * Merges files of changed rows, in their order, into one.
 *
 * @param model what all of them are changes of; it is not changed.
 * @returns how many rows the merged file has.
 * @throws WordmillError `data` for files that are damaged or of another model, and where a number is not finite.
 */
export async function averageFiles(
  paths: readonly string[],
  model: Model,
  path: string,
  { signal, learningRate }: { readonly signal: AbortSignal; readonly learningRate: number },
): Promise<number> {
  const files: RowChanges[] = [];
  try {
    for (const each of paths) files.push(await RowChanges.open(each, model));
    const merged = async (name: MatrixName) => mergedRows(files, name, model, learningRate);
    const changes = { input: await merged('input'), output: await merged('output') };
    throwIfAborted(signal);
    await writeRowChanges(path, changes, signal);
    return MATRICES.reduce((sum, name) => sum + changes[name].rows.length, 0);
  } finally {
    for (const file of files) await file.close();
  }
}

/** The rows that any of the files has, and how to come by their new values. */
async function mergedRows(
  files: readonly RowChanges[],
  name: MatrixName,
  model: Model,
  learningRate: number,
): Promise<ChangedRows> {
  const { rows: of, dimensions } = model[name];
  const isChanged = new Uint8Array(of);
  for (const file of files) {
    await file.read(name, of).numbers((row) => {
      isChanged[row] = 1;
    });
  }
  const rows = new Uint32Array(isChanged.reduce((sum, changed) => sum + changed, 0));
  let found = 0;
  for (let row = 0; row < of; row++) if (isChanged[row] === 1) rows[found++] = row;
  const readers = files.map((file) => file.read(name, of));
  return {
    ...{ rows, of, dimensions },
    async fill(first, block) {
      const own = rows.subarray(first, first + block.length / dimensions);
      const merge = new RowMerge(own, model[name]);
      for (const reader of readers) {
        merge.startShard();
        await reader.upTo(own.at(-1)!, (row, values, at) => merge.add(row, values, at));
      }
      merge.into(block);
      if (block.some((value) => !Number.isFinite(value))) {
        throw divergenceError(learningRate, 'the averaged vectors hold numbers that are not finite');
      }
    },
  };
}
