import type { Corpus } from '../core/corpus.js';
import { Random, STREAMS } from '../core/random.js';
import { type NativeTraining, nativeAddon, type TrainingTotals } from '../native/addon.js';
import { watchWork } from '../native/long-work.js';
import { drawJob, textDraws, threadsFor } from '../train/native/engine.js';
import { chooseInstructionSet } from '../train/native/instruction-set.js';
import { advised } from '../train/native/watch.js';
import { trainsInRounds } from '../train/rounds.js';
import type { Model } from './model.js';
import { copyOf, type RunTraining } from './run-training.js';
import { sliceOf } from './slices.js';
import type { StepContext } from './step.js';

/** What a shard learned in a round. */
export interface TrainedSlice {
  /** A model of its own; where there was nothing to train on, the one that it started from. */
  readonly model: Model;
  readonly words: number;
  /** Sum of the losses, in nats, and of how many predictions. */
  readonly loss: number;
  readonly predictions: number;
}

/** Which part of a training is done. */
export interface Place {
  readonly round: number;
  readonly shard: number;
  readonly roundsPerEpoch: number;
}

/**
 * Trains on the slice of a shard's corpus that a round has. The learning rate falls over the rounds as a local run's falls
 * over its words.
 *
 * @param start what it starts from; it is not changed.
 * @throws WordmillError `data` where training diverges or the corpus is damaged; `outOfMemory`; the abort error when the
 * signal fires, within some milliseconds.
 */
export async function trainSlice(
  corpus: Corpus,
  start: Model,
  training: RunTraining,
  { round, shard, roundsPerEpoch }: Place,
  context: Pick<StepContext, 'signal' | 'report' | 'threads'>,
): Promise<TrainedSlice> {
  const { vocabulary, options, sampling, subwords, rounds, learningRate } = training;
  const { chunks, words } = sliceOf(corpus.spool.chunks, round % roundsPerEpoch, roundsPerEpoch);
  if (words === 0) return { model: start, words, loss: 0, predictions: 0 };
  const addon = nativeAddon();
  const model = copyOf(start, training);
  const draws = textDraws(corpus, sampling, options.model);
  const seed = seedOfShard(options.seed, shard);
  const work = addon.startTraining({
    ...drawJob({ ...draws, spool: { ...corpus.spool, chunks } }, vocabulary.counts, { ...options, seed }),
    model: options.model === 'cbow' ? 'cbow' : 'skipgram',
    ...{ epochs: 1, firstEpoch: round, totalEpochs: rounds, wordsPerEpoch: words },
    threads: threadsFor({ ...options, threads: context.threads }, context.report),
    learningRate,
    instructionSet: chooseInstructionSet(options.instructionSet, addon.instructionSets()),
    ...model,
    ...(subwords && { subwords }),
    ...(trainsInRounds(options) && { deterministic: true }),
  });
  const totals = await watched(work, { words, before: round * words }, learningRate, context);
  return { model, words, loss: totals.lossByEpoch[0]!, predictions: totals.predictionsByEpoch[0]! };
}

/** Waits for a training; tells how many of its words are done, and how fast. */
async function watched(
  work: NativeTraining,
  { words, before }: { readonly words: number; readonly before: number },
  learningRate: number,
  context: Pick<StepContext, 'signal' | 'report'>,
): Promise<TrainingTotals> {
  const since = performance.now();
  const report = (): void => {
    const now = work.progress();
    const done = Math.max(0, now.words - before);
    context.report.progress({
      ...{ phase: 'train', unit: 'words', done, total: words, learningRate: now.learningRate },
      wordsPerSecond: done / ((performance.now() - since) / 1_000 || 1),
      ...(now.predictions > 0 && { loss: now.loss / now.predictions }),
    });
  };
  try {
    return await watchWork(work, context, report);
  } catch (error) {
    throw advised(error, learningRate);
  }
}

/**
 * Draws depend on the seed, the epoch (here the round) and the number of the sentence, which each shard counts from 0: so
 * shards need seeds of their own. The first has the run's.
 */
function seedOfShard(seed: number, shard: number): number {
  return shard === 0 ? seed : new Random(seed, STREAMS.shards, shard).next();
}
