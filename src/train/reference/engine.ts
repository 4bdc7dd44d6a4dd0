import type { Corpus, PairCorpus } from '../../core/corpus.js';
import type { StageContext } from '../../core/stage.js';
import type { TrainedVectors } from '../../core/vectors.js';
import type { Vocabulary } from '../../core/vocabulary.js';
import { trainingGroups } from '../../sampling/groups.js';
import type { SamplingOptions } from '../../sampling/options.js';
import { SentenceSampler } from '../../sampling/sentence-sampler.js';
import { keepThresholds } from '../../sampling/subsample.js';
import { countTokens } from '../count-tokens.js';
import type { Engine, ResolvedTrainOptions } from '../engine.js';
import { fillInitialRows } from '../initial-rows.js';
import { learningRateAt } from '../learning-rate.js';
import { allocateMatrix } from '../matrices.js';
import { TrainingMeter } from '../meter.js';
import { pairRuns } from '../pair-runs.js';
import { ContinuousBagOfWords } from './cbow.js';
import { HierarchicalSoftmax } from './hierarchical-softmax.js';
import type { Loss } from './loss.js';
import type { Model } from './model.js';
import { NegativeSampling } from './negative-sampling.js';
import { SkipGram } from './skip-gram.js';
import { warnIfSlow } from './slow.js';
import { Softmax } from './softmax.js';

/**
 * Every shallow model with every loss, in plain TypeScript on one thread: the readable specification that the native
 * kernels are tested against (docs/sampling.md), and what trains where the addon cannot be built. Vectors are stored
 * as float32, as everywhere; the arithmetic in between is float64.
 */
export const referenceEngine: Engine = {
  name: 'reference',
  trains: (model, loss) => model !== 'nplm' && loss !== 'sampled',
  unavailable: () => undefined,
  train,
  trainPairs,
};

async function train(
  corpus: Corpus,
  options: ResolvedTrainOptions,
  sampling: SamplingOptions,
  context: StageContext,
): Promise<TrainedVectors> {
  const { vocabulary } = corpus;
  const words = options.epochs * (await countTokens(corpus, context.signal));
  warnIfSlow(words, vocabulary.size, options, sampling, context.report);
  const { loss, model, matrices } = prepare(vocabulary, vocabulary.counts, options);
  const sampler = samplerOf(vocabulary, options, sampling);
  const targets = options.model === 'cbow' ? 'all' : sampling.targets;
  const meter = new TrainingMeter(context, { done: words, unit: 'words', epochs: options.epochs });
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    for await (const block of corpus.blocks()) {
      if (meter.isDue) await meter.turn();
      let start = 0;
      for (const [index, end] of block.sentenceEnds.entries()) {
        const sentence = block.firstSentence + index;
        meter.learningRate = learningRateAt(options.learningRate, meter.done, words);
        sampler.start(block.ids, start, end, epoch, sentence);
        loss.startSentence(epoch, sentence);
        for (const { target, contexts, length } of trainingGroups(sampler, targets)) {
          const outputs = loss.outputsFor(target);
          const sum = model.update(contexts, length, outputs, meter.learningRate);
          meter.add(sum, model.predictions(length));
          if (meter.isDue) await meter.turn();
        }
        meter.done += end - start;
        start = end;
      }
    }
    await meter.endEpoch();
  }
  return { vocabulary, ...matrices, summary: summaryOf(options, meter) };
}

async function trainPairs(
  corpus: PairCorpus,
  options: ResolvedTrainOptions,
  context: StageContext,
): Promise<TrainedVectors> {
  const { vocabulary } = corpus;
  const pairs = options.epochs * corpus.pairs;
  const { loss, model, matrices } = prepare(vocabulary, corpus.targetCounts, options);
  const meter = new TrainingMeter(context, { done: pairs, unit: 'pairs', epochs: options.epochs });
  const contexts = new Uint32Array(1);
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    let number = 0;
    for await (const run of pairRuns(corpus)) {
      meter.learningRate = learningRateAt(options.learningRate, meter.done, pairs);
      loss.startSentence(epoch, number++);
      for (let pair = 0; pair < run.length; pair++) {
        const weight = run.weights[pair]!;
        contexts[0] = run.contexts[pair]!;
        const outputs = loss.outputsFor(run.targets[pair]!);
        meter.add(weight * model.update(contexts, 1, outputs, weight * meter.learningRate), 1);
        if (meter.isDue) await meter.turn();
      }
      meter.done += run.length;
    }
    await meter.endEpoch();
  }
  return { vocabulary, ...matrices, summary: summaryOf(options, meter) };
}

function prepare(vocabulary: Vocabulary, targetCounts: Float64Array, options: ResolvedTrainOptions) {
  const loss = lossOf(targetCounts, options);
  const input = allocateMatrix(vocabulary.size, options.dimensions);
  const output = allocateMatrix(loss.outputRows, options.dimensions);
  fillInitialRows(input, options);
  const model: Model =
    options.model === 'cbow'
      ? new ContinuousBagOfWords(input, output, loss)
      : new SkipGram(input, output, loss);
  return { loss, model, matrices: { input, output } };
}

function lossOf(targetCounts: Float64Array, options: ResolvedTrainOptions): Loss {
  switch (options.loss) {
    case 'negative':
      return new NegativeSampling(targetCounts, options);
    case 'hierarchical':
      return new HierarchicalSoftmax(targetCounts);
    case 'softmax':
      return new Softmax(targetCounts.length);
    case 'sampled':
      throw new TypeError('the reference engine has no sampled softmax');
  }
}

function samplerOf(
  vocabulary: Vocabulary,
  { seed }: ResolvedTrainOptions,
  { subsample, subsampleFormula, window, windowMode }: SamplingOptions,
): SentenceSampler {
  const thresholds = keepThresholds(vocabulary, subsample, subsampleFormula);
  return new SentenceSampler({ thresholds, window, windowMode, seed });
}

function summaryOf(options: ResolvedTrainOptions, meter: TrainingMeter): TrainedVectors['summary'] {
  return {
    engine: 'reference',
    model: options.model,
    loss: options.loss,
    epochs: options.epochs,
    seed: options.seed,
    words: meter.done,
    seconds: meter.seconds,
    lossByEpoch: meter.lossByEpoch,
    threads: 1,
  };
}
