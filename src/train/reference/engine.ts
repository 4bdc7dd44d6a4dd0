import type { Corpus, PairCorpus } from '../../core/corpus.js';
import type { StageContext } from '../../core/stage.js';
import type { TrainedVectors } from '../../core/vectors.js';
import type { Vocabulary } from '../../core/vocabulary.js';
import { trainingGroups } from '../../sampling/groups.js';
import type { SamplingOptions } from '../../sampling/options.js';
import { SentenceSampler } from '../../sampling/sentence-sampler.js';
import { keepThresholds } from '../../sampling/subsample.js';
import type { Engine, ResolvedTrainOptions } from '../engine.js';
import { HeldOutSentences } from '../held-out.js';
import { fillInitialRows } from '../initial-rows.js';
import { allocateMatrix } from '../matrices.js';
import { pairRuns } from '../pair-runs.js';
import { type Learner, type Pass, trainByPasses } from '../passes.js';
import { trainsInRounds } from '../rounds.js';
import { countPairs, countTokens, sentencesIn } from '../sentences.js';
import { placeOf, startOf, takeUpSentence } from '../stream-place.js';
import { subwordsFor } from '../subword-vectors.js';
import type { TrainingSetup } from '../training-setup.js';
import { weightsOf } from '../weights.js';
import { ContinuousBagOfWords } from './cbow.js';
import { pairChunks, textChunks } from './group-steps.js';
import { HierarchicalSoftmax } from './hierarchical-softmax.js';
import type { Loss } from './loss.js';
import type { Model } from './model.js';
import { NegativeSampling } from './negative-sampling.js';
import { passInRounds, type RoundTrainer } from './rounds.js';
import { SkipGram } from './skip-gram.js';
import { warnIfSlow } from './slow.js';
import { Softmax } from './softmax.js';
import { SubwordModel } from './subword-model.js';
import { trainCells } from './train-cells.js';

/**
 * Every shallow model with every loss, in plain TypeScript on one thread: the readable specification that the native
 * kernels are tested against (docs/sampling.md), and what trains where the addon cannot be built. Vectors are stored
 * as float32, as everywhere; the arithmetic in between is float64.
 */
export const referenceEngine: Engine = {
  name: 'reference',
  trains: (model, loss) =>
    model === 'glove'
      ? loss === 'leastSquares'
      : model !== 'nplm' && loss !== 'sampled' && loss !== 'leastSquares',
  unavailable: () => undefined,
  train,
  trainPairs,
  trainCells,
};

async function train(
  corpus: Corpus,
  options: ResolvedTrainOptions,
  sampling: SamplingOptions,
  context: StageContext,
  setup: TrainingSetup = {},
): Promise<TrainedVectors> {
  const { vocabulary } = corpus;
  const heldOut = new HeldOutSentences(options.validation ?? 0, options.seed);
  const wordsAnEpoch = await countTokens(corpus, heldOut, context.signal);
  warnIfSlow(options.epochs * wordsAnEpoch, vocabulary.size, options, sampling, context.report);
  const { loss, model, ...rest } = prepare(vocabulary, vocabulary.counts, options, setup);
  const sampler = samplerOf(vocabulary, options, sampling);
  const targets = options.model === 'cbow' ? 'all' : sampling.targets;
  const inOrder: Pass = async (epoch, part, count, from) => {
    const place = placeOf(from);
    for await (const block of corpus.blocks()) {
      for (const { sentence, start, end } of sentencesIn(block, heldOut, part)) {
        if (sentence < place.sentence) continue;
        if (count.isDue()) await count.turn(() => startOf(sentence));
        const { done, rate } = takeUpSentence(place, sentence, () => count.rate());
        let groups = 0;
        const where = () => (model.settle?.() === false ? undefined : { sentence, groups, rate });
        sampler.start(block.ids, start, end, epoch, sentence);
        loss.startSentence(epoch, sentence);
        for (const { target, contexts, length } of trainingGroups(sampler, targets)) {
          const outputs = loss.outputsFor(target);
          if (groups++ < done) continue;
          count.add(model.update(contexts, length, outputs, rate), model.predictions(length));
          if (count.isDue()) await count.turn(where);
        }
        model.endSentence?.();
        count.passed(end - start);
      }
    }
  };
  const newSampler = () => samplerOf(vocabulary, options, sampling);
  const chunks = () => textChunks(corpus, targets, heldOut, newSampler);
  const pass = choosePass(inOrder, { model, chunks, ...rest }, options);
  return learn({ ...rest, pass, wordsAnEpoch, unit: 'words' }, options, context, setup);
}

async function trainPairs(
  corpus: PairCorpus,
  options: ResolvedTrainOptions,
  context: StageContext,
  setup: TrainingSetup = {},
): Promise<TrainedVectors> {
  const heldOut = new HeldOutSentences(options.validation ?? 0, options.seed);
  const wordsAnEpoch = countPairs(corpus, heldOut);
  const { loss, model, ...rest } = prepare(corpus.vocabulary, corpus.targetCounts, options, setup);
  const contexts = new Uint32Array(1);
  const inOrder: Pass = async (epoch, part, count, from) => {
    const place = placeOf(from);
    let number = -1;
    for await (const run of pairRuns(corpus)) {
      number++;
      if (number < place.sentence) continue;
      if (count.isDue()) await count.turn(() => startOf(number));
      const { done, rate } = takeUpSentence(place, number, () => count.rate());
      const held = heldOut.ofRun(number, run.length);
      loss.startSentence(epoch, number);
      for (let pair = 0; pair < run.length; pair++) {
        if ((held[pair] === 1) !== (part === 'held out')) continue;
        const weight = run.weights[pair]!;
        contexts[0] = run.contexts[pair]!;
        const outputs = loss.outputsFor(run.targets[pair]!);
        if (pair < done) continue;
        count.add(weight * model.update(contexts, 1, outputs, weight * rate), 1);
        count.passed(1);
        if (!count.isDue()) continue;
        const groups = pair + 1;
        await count.turn(() => (model.settle?.() === false ? undefined : { sentence: number, groups, rate }));
      }
      model.endSentence?.();
    }
  };
  const pass = choosePass(inOrder, { model, chunks: () => pairChunks(corpus, heldOut), ...rest }, options);
  return learn({ ...rest, pass, wordsAnEpoch, unit: 'pairs' }, options, context, setup);
}

/** Training in order, or, where it is to be deterministic on any number of threads, in rounds. */
function choosePass(inOrder: Pass, trainer: RoundTrainer, options: ResolvedTrainOptions): Pass {
  if (!trainsInRounds(options)) return inOrder;
  const inRounds = passInRounds(trainer);
  return (epoch, part, count, from) => (part === 'trained' ? inRounds : inOrder)(epoch, part, count, from);
}

/** Loss, model and matrices, the matrices as training starts from them. */
function prepare(
  vocabulary: Vocabulary,
  targetCounts: Float64Array,
  options: ResolvedTrainOptions,
  setup: TrainingSetup,
) {
  const loss = lossOf(targetCounts, options);
  const input = allocateMatrix(vocabulary.size, options.dimensions);
  const output = allocateMatrix(loss.outputRows, options.dimensions);
  fillInitialRows(input, options);
  setup.initialVectors?.copyTo(input);
  setup.initialOutputWeights?.copyTo(output);
  const model: Model =
    options.model === 'cbow'
      ? new ContinuousBagOfWords(input, output, loss, setup.frozen)
      : new SkipGram(input, output, loss, setup.frozen);
  const subwords = subwordsFor(vocabulary, options, allocateMatrix);
  const shared = { loss, input, output, newLoss: () => lossOf(targetCounts, options) };
  if (!subwords) {
    return {
      ...shared,
      model,
      vectors: () => ({ vocabulary, input, output }),
      weights: weightsOf({ input, output }),
    };
  }
  return {
    ...shared,
    model: new SubwordModel(model, subwords.table, subwords.rows, input),
    vectors: () => ({ vocabulary, input: subwords.composed(input), output, subwords }),
    weights: weightsOf({ input: subwords.rows, output }),
  };
}

async function learn(
  learner: Learner,
  options: ResolvedTrainOptions,
  context: StageContext,
  setup: TrainingSetup,
): Promise<TrainedVectors> {
  const done = await trainByPasses(learner, options, setup, context);
  const { model, loss, seed } = options;
  return {
    ...learner.vectors(),
    summary: { engine: 'reference', model, loss, seed, ...done, threads: 1 },
  };
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
    case 'leastSquares':
      throw new TypeError(`the reference engine predicts nothing with loss ${options.loss}`);
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
