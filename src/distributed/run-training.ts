import { WordmillError } from '../core/errors.js';
import { buildSubwordTable, type SubwordTable, subwordRowCount } from '../core/subwords.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { nativeAddon } from '../native/addon.js';
import type { DistributedOptions } from '../pipeline/distributed-options.js';
import type { ResolvedDefinition } from '../pipeline/schema.js';
import type { SamplingOptions } from '../sampling/options.js';
import type { ResolvedTrainOptions } from '../train/engine.js';
import { fillInitialRows } from '../train/initial-rows.js';
import { outputRows } from '../train/matrices.js';
import { subwordOptionsOf } from '../train/model-defaults.js';
import { subwordsFor } from '../train/subword-vectors.js';
import { resolveTrainOptions } from '../train/train.js';
import { MATRICES, type Model } from './model.js';
import { definitionOf } from './plan-shards.js';
import { vocabularyOf } from './records-of-run.js';
import type { StepContext } from './step.js';

/** How a run trains: what its definition and its vocabulary say, the same in every step and on every machine. */
export interface RunTraining {
  readonly vocabulary: Vocabulary;
  readonly options: ResolvedTrainOptions;
  readonly sampling: SamplingOptions;
  /** With character n-grams: which rows of `input` each word's vector is the mean of. */
  readonly subwords?: SubwordTable;
  /** Rounds in all. */
  readonly rounds: number;
  /** Where the learning rate of a shard starts. */
  readonly learningRate: number;
}

/** The learning rate of a shard is at most so many times a local run's. */
const LARGEST_SCALE = 8;

/**
 * Where the learning rate of each of `shards` shards starts: it grows with their square root (Krizhevsky 2014, "One weird
 * trick for parallelizing convolutional neural networks"). What shards learn in one direction counts once when it is merged
 * (src/distributed/row-merge.ts), so that frequent words make fewer steps than in a local run. docs/distributed.md,
 * "Quality", has what was measured.
 */
export function shardLearningRate(learningRate: number, shards: number): number {
  return learningRate * Math.min(LARGEST_SCALE, Math.sqrt(shards));
}

/** @throws WordmillError `noInput` where the vocabulary is not merged yet; `unavailable` where the addon cannot run here. */
export async function runTraining(context: StepContext): Promise<RunTraining> {
  const { plan } = context;
  const { roundsPerEpoch } = plan;
  const sharing = { roundsPerEpoch, shards: plan.shards.length };
  return trainingWith(definitionOf(plan), sharing, await vocabularyOf(context));
}

/** The same from its parts. */
export function trainingWith(
  { train, sampling }: Pick<ResolvedDefinition, 'train' | 'sampling'>,
  { roundsPerEpoch, shards }: DistributedOptions,
  vocabulary: Vocabulary,
): RunTraining {
  const options = resolveTrainOptions({ ...train, engine: 'native' });
  // Only the table of rows is kept of it: where training starts is drawn again for each model that needs it.
  const nGrams = subwordOptionsOf(options);
  const subwords = nGrams && { subwords: buildSubwordTable(vocabulary.words, nGrams) };
  const rounds = options.epochs * roundsPerEpoch;
  const learningRate = shardLearningRate(options.learningRate, shards);
  return { vocabulary, options, sampling, ...subwords, rounds, learningRate };
}

/** Memory for a model of a run: zeros, in rows as the native engine has them. */
export function emptyModel({ vocabulary, options, subwords }: RunTraining): Model {
  const { allocateMatrix } = nativeAddon();
  return {
    input: allocateMatrix(subwords ? subwordRowCount(subwords) : vocabulary.size, options.dimensions),
    output: allocateMatrix(outputRows(vocabulary.size, options.loss), options.dimensions),
  };
}

/** What training starts from: the rows that a local run of the same definition draws. */
export function initialModel(training: RunTraining): Model {
  const { vocabulary, options } = training;
  const { allocateMatrix } = nativeAddon();
  const subwords = subwordsFor(vocabulary, options, allocateMatrix);
  const input = subwords?.rows ?? allocateMatrix(vocabulary.size, options.dimensions);
  if (!subwords) fillInitialRows(input, options);
  return { input, output: allocateMatrix(outputRows(vocabulary.size, options.loss), options.dimensions) };
}

/** A copy of a model, padding included. */
export function copyOf(model: Model, training: RunTraining): Model {
  const copy = emptyModel(training);
  for (const name of MATRICES) copy[name].data.set(model[name].data);
  return copy;
}

/** @throws WordmillError `usage` for a round that the run has not. */
export function requireRound({ rounds }: RunTraining, round: number): void {
  if (round >= 0 && round < rounds) return;
  throw new WordmillError('usage', `there is no round ${round}: this run has ${rounds}`, {
    place: { key: '--round' },
    hint: `Give 0 to ${rounds - 1}.`,
  });
}
