import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainingCorpus } from '../../../src/core/corpus.js';
import type { Recovery } from '../../../src/core/recovery.js';
import type { StageContext } from '../../../src/core/stage.js';
import type { TrainedVectors } from '../../../src/core/vectors.js';
import type { SamplingOptions } from '../../../src/sampling/options.js';
import type { TrainOptions } from '../../../src/train/options.js';
import { type TrainSettings, train } from '../../../src/train/train.js';

/** Calls a function with a folder of a run, which is then removed. */
export async function withRunFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-checkpoints-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a process that is killed would not get to throw. */
export class Killed extends Error {}

/** A recovery that writes checkpoints wherever there can be one, and ends the run once so many have been written. */
export function killedAfter(folder: string, checkpoints: number, resume: boolean): Recovery {
  // Going on from one is told too.
  let left = checkpoints + (resume ? 1 : 0);
  return {
    ...{ folder, resume, interval: 1e-9, keep: 2 },
    saved() {
      if (--left === 0) throw new Killed();
    },
  };
}

/** A recovery that goes on from what is there, and writes nothing. */
export function goingOn(folder: string): Recovery {
  return { folder, resume: true, interval: 0, keep: 2, saved: () => undefined };
}

/** Options as a training takes them. */
export interface Trained {
  readonly options: Partial<TrainOptions>;
  readonly sampling?: Partial<SamplingOptions>;
  readonly settings?: TrainSettings;
}

/** Trains on a corpus, with or without a recovery. */
export async function trainOn(
  corpus: TrainingCorpus,
  { options, sampling = {}, settings = {} }: Trained,
  context: StageContext,
  recovery?: Recovery,
): Promise<TrainedVectors> {
  async function* input() {
    yield corpus;
  }
  const stage = train(options, sampling, settings);
  const lent = recovery ? { ...context, recovery } : context;
  for await (const vectors of stage(input(), lent)) return vectors;
  throw new Error('no vectors came out');
}

/** Trains, is killed after the checkpoints that are given, one run after another, and goes on to the end. */
export function trainKilled(
  corpus: TrainingCorpus,
  trained: Trained,
  context: StageContext,
  kills: readonly number[],
): Promise<{ vectors: TrainedVectors; killed: number }> {
  return withRunFolder(async (folder) => {
    let killed = 0;
    for (const [run, checkpoints] of kills.entries()) {
      try {
        const recovery = killedAfter(folder, checkpoints, run > 0);
        return { vectors: await trainOn(corpus, trained, context, recovery), killed };
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        killed++;
      }
    }
    return { vectors: await trainOn(corpus, trained, context, goingOn(folder)), killed };
  });
}
