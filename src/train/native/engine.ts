import type { Corpus } from '../../core/corpus.js';
import type { StageContext } from '../../core/stage.js';
import type { TrainedVectors } from '../../core/vectors.js';
import type { Vocabulary } from '../../core/vocabulary.js';
import {
  type DrawJob,
  nativeAddon,
  nativeUnavailable,
  type OutputSampling,
  type PairSampling,
  type TextSampling,
  type TrainingJob,
} from '../../native/addon.js';
import { buildHuffmanTree } from '../../sampling/huffman.js';
import { buildAliasTable, noiseWeights } from '../../sampling/noise.js';
import type { SamplingOptions } from '../../sampling/options.js';
import { keepThresholds } from '../../sampling/subsample.js';
import type { Engine, ResolvedTrainOptions } from '../engine.js';
import { fillInitialRows } from '../initial-rows.js';
import { outputRows } from '../matrices.js';
import { trainsInRounds } from '../rounds.js';
import { subwordsFor } from '../subword-vectors.js';
import type { TrainingSetup } from '../training-setup.js';
import { chooseInstructionSet } from './instruction-set.js';
import { runAtOnce, runByEpoch } from './runs.js';
import { trainCells } from './train-cells.js';

/** Skip-gram and CBOW with every loss, and GloVe, in C++, on any number of threads over shared matrices (src/native/). */
export const nativeEngine: Engine = {
  name: 'native',
  trains: (model, loss) =>
    model === 'glove'
      ? loss === 'leastSquares'
      : model !== 'nplm' && loss !== 'sampled' && loss !== 'leastSquares',
  unavailable: nativeUnavailable,
  train: (corpus, options, sampling, context, setup) =>
    train(
      corpus.vocabulary,
      { ...textDraws(corpus, sampling, options.model), ...wordsPerEpoch(corpus, options) },
      corpus.vocabulary.counts,
      'words',
      options,
      context,
      setup,
    ),
  trainPairs: (corpus, options, context, setup) =>
    train(corpus.vocabulary, { pairs: corpus }, corpus.targetCounts, 'pairs', options, context, setup),
  trainCells,
};

/**
 * The corpus's words that have an id, where its vocabulary knows: counts that were read from a file may be another
 * corpus's, and then do not add up to this one's tokens; and what is held out is not counted. The engine counts for
 * itself where nothing is given.
 */
function wordsPerEpoch(
  { vocabulary, spool }: Corpus,
  { validation }: ResolvedTrainOptions,
): { wordsPerEpoch?: number } {
  if (validation) return {};
  const { totalCount, unknownCount, unknown } = vocabulary;
  const tokens = totalCount + (unknown === 'drop' ? unknownCount : 0);
  return tokens === spool.tokens ? { wordsPerEpoch: totalCount } : {};
}

/** What the native engine needs to draw groups from a corpus. */
export function textDraws(
  corpus: Corpus,
  sampling: SamplingOptions,
  model: ResolvedTrainOptions['model'] = 'skipgram',
): TextSampling {
  const targets = model === 'cbow' ? 'all' : sampling.targets;
  return {
    spool: corpus.spool,
    sampling: {
      keepThresholds: keepThresholds(corpus.vocabulary, sampling.subsample, sampling.subsampleFormula),
      window: sampling.window,
      dynamic: sampling.windowMode === 'dynamic',
      targets: targets === 'all' ? 0 : targets,
    },
  };
}

/** What the native engine needs to draw groups and their outputs. */
export function drawJob(
  draws: TextSampling | PairSampling,
  targetCounts: Float64Array,
  options: Pick<ResolvedTrainOptions, 'loss' | 'negative' | 'noisePower' | 'seed'>,
): DrawJob {
  return {
    ...draws,
    ...outputSampling(targetCounts, options),
    vocabularySize: targetCounts.length,
    seed: options.seed,
  };
}

function outputSampling(
  targetCounts: Float64Array,
  { loss, negative, noisePower }: Pick<ResolvedTrainOptions, 'loss' | 'negative' | 'noisePower'>,
): OutputSampling {
  switch (loss) {
    case 'negative':
      return { loss, negative, noise: buildAliasTable(noiseWeights(targetCounts, noisePower)) };
    case 'hierarchical':
      return { loss, paths: buildHuffmanTree(targetCounts) };
    case 'softmax':
      return { loss };
    case 'sampled':
    case 'leastSquares':
      throw new TypeError(`the native engine draws nothing for loss ${loss}`);
  }
}

async function train(
  vocabulary: Vocabulary,
  draws: (TextSampling & { readonly wordsPerEpoch?: number }) | PairSampling,
  targetCounts: Float64Array,
  unit: 'words' | 'pairs',
  options: ResolvedTrainOptions,
  context: StageContext,
  setup: TrainingSetup = {},
): Promise<TrainedVectors> {
  const addon = nativeAddon();
  const instructionSet = chooseInstructionSet(options.instructionSet, addon.instructionSets());
  const subwords = subwordsFor(vocabulary, options, addon.allocateMatrix);
  const input = subwords?.rows ?? addon.allocateMatrix(vocabulary.size, options.dimensions);
  const output = addon.allocateMatrix(outputRows(vocabulary.size, options.loss), options.dimensions);
  if (!subwords) fillInitialRows(input, options);
  setup.initialVectors?.copyTo(input);
  setup.initialOutputWeights?.copyTo(output);
  const { model, loss, seed, epochs, learningRate } = options;
  const threads = threadsFor(options, context.report);
  const since = setup.checkpoints?.started ?? performance.now();
  const job: TrainingJob = {
    ...drawJob(draws, targetCounts, options),
    model: model === 'cbow' ? 'cbow' : 'skipgram',
    ...{ epochs, threads, learningRate, instructionSet, input, output },
    ...(setup.frozen && { frozen: setup.frozen }),
    ...(subwords && { subwords: subwords.table }),
    ...(trainsInRounds(options) && { deterministic: true }),
  };
  const vectors = () => ({
    ...{ vocabulary, output },
    ...(subwords ? { input: subwords.composed(), subwords } : { input }),
  });
  const run = { start: addon.startTraining, unit, options, context, checkpoints: setup.checkpoints };
  const { threads: trained, ...done } =
    options.validation || setup.onEpoch
      ? await runByEpoch(job, vectors, run, setup)
      : await runAtOnce(job, run);
  if (trained < threads) {
    context.report.note(`${trained} of ${threads} threads trained: there was no work for more`);
  }
  const seconds = (performance.now() - since) / 1_000;
  return {
    ...vectors(),
    summary: { engine: 'native', model, loss, seed, ...done, seconds, threads: trained, instructionSet },
  };
}

/** The threads that the options ask for; one, where only that repeats bit for bit. */
export function threadsFor(options: ResolvedTrainOptions, report: StageContext['report']): number {
  if (!options.deterministic || trainsInRounds(options) || options.threads === 1) return options.threads;
  report.note('deterministic training with full softmax or character n-grams takes one thread');
  return 1;
}
