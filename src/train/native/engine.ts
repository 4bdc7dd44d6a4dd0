import type { Corpus } from '../../core/corpus.js';
import { WordmillError } from '../../core/errors.js';
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
} from '../../native/addon.js';
import { buildHuffmanTree } from '../../sampling/huffman.js';
import { buildAliasTable, noiseWeights } from '../../sampling/noise.js';
import type { SamplingOptions } from '../../sampling/options.js';
import { keepThresholds } from '../../sampling/subsample.js';
import type { Engine, ResolvedTrainOptions } from '../engine.js';
import { fillInitialRows } from '../initial-rows.js';
import { outputRows } from '../matrices.js';
import { watch } from './watch.js';

/** Skip-gram and CBOW with every loss in C++, on any number of threads over shared matrices (src/native/). */
export const nativeEngine: Engine = {
  name: 'native',
  trains: (model, loss) => model !== 'nplm' && loss !== 'sampled',
  unavailable: nativeUnavailable,
  train: (corpus, options, sampling, context) =>
    train(
      corpus.vocabulary,
      { ...textDraws(corpus, sampling, options.model), ...wordsPerEpoch(corpus) },
      corpus.vocabulary.counts,
      'words',
      options,
      context,
    ),
  trainPairs: (corpus, options, context) =>
    train(corpus.vocabulary, { pairs: corpus }, corpus.targetCounts, 'pairs', options, context),
};

/**
 * The corpus's words that have an id, where its vocabulary knows: counts that were read from a file may be another
 * corpus's, and then do not add up to this one's tokens. The engine counts for itself where nothing is given.
 */
function wordsPerEpoch({ vocabulary, spool }: Corpus): { wordsPerEpoch?: number } {
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
      throw new TypeError('the native engine has no sampled softmax');
  }
}

async function train(
  vocabulary: Vocabulary,
  draws: (TextSampling & { readonly wordsPerEpoch?: number }) | PairSampling,
  targetCounts: Float64Array,
  unit: 'words' | 'pairs',
  options: ResolvedTrainOptions,
  context: StageContext,
): Promise<TrainedVectors> {
  const addon = nativeAddon();
  const instructionSet = chooseInstructionSet(options.instructionSet, addon.instructionSets());
  const input = addon.allocateMatrix(vocabulary.size, options.dimensions);
  const output = addon.allocateMatrix(outputRows(vocabulary.size, options.loss), options.dimensions);
  fillInitialRows(input, options);
  const { epochs, threads, learningRate } = options;
  const start = performance.now();
  const training = addon.startTraining({
    ...drawJob(draws, targetCounts, options),
    model: options.model === 'cbow' ? 'cbow' : 'skipgram',
    ...{ epochs, threads, learningRate, instructionSet, input, output },
  });
  const totals = await watch(training, { unit, epochs, learningRate }, context);
  if (totals.threads < threads) {
    context.report.note(`${totals.threads} of ${threads} threads trained: there was no work for more`);
  }
  return {
    vocabulary,
    input,
    output,
    summary: {
      engine: 'native',
      model: options.model,
      loss: options.loss,
      epochs,
      seed: options.seed,
      words: totals.words,
      seconds: (performance.now() - start) / 1_000,
      lossByEpoch: Array.from(
        totals.lossByEpoch,
        (loss, epoch) => loss / (totals.predictionsByEpoch[epoch]! || 1),
      ),
      threads: totals.threads,
      instructionSet,
    },
  };
}

/** @throws WordmillError `unavailable` that names what this machine has. */
function chooseInstructionSet(wanted: string, available: readonly string[]): string {
  if (wanted === 'auto') return available[0]!;
  if (available.includes(wanted)) return wanted;
  throw new WordmillError('unavailable', `this machine cannot run the instruction set ${wanted}`, {
    place: { key: 'train.instructionSet' },
    hint: `It has ${available.join(', ')}; auto takes the widest.`,
  });
}
