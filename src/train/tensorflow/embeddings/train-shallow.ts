import type { Corpus, PairCorpus } from '../../../core/corpus.js';
import type { StageContext } from '../../../core/stage.js';
import type { TrainedVectors } from '../../../core/vectors.js';
import type { Vocabulary } from '../../../core/vocabulary.js';
import { trainingGroups } from '../../../sampling/groups.js';
import type { SamplingOptions } from '../../../sampling/options.js';
import { SentenceSampler } from '../../../sampling/sentence-sampler.js';
import { keepThresholds } from '../../../sampling/subsample.js';
import type { ResolvedTrainOptions } from '../../engine.js';
import { HeldOutSentences } from '../../held-out.js';
import { pairRuns } from '../../pair-runs.js';
import { type Learner, type Pass, trainByPasses } from '../../passes.js';
import { countPairs, countTokens, sentencesIn } from '../../sentences.js';
import { placeOf, takeUpSentence } from '../../stream-place.js';
import type { TrainingSetup } from '../../training-setup.js';
import type { Device } from '../backend/device.js';
import { ShallowLearner } from './shallow-learner.js';

/**
 * Skip-gram or CBOW on a device, with negative sampling or full softmax, drawn as docs/sampling.md says: with a batch
 * of one prediction it makes the reference's updates, one group after another. A larger batch computes all of its
 * scores from the values before it, and adds up the updates: what is learned from differs, not what is drawn.
 *
 * @throws WordmillError `data` if training diverges; the abort error when the signal fires.
 */
export async function trainShallow(
  corpus: Corpus,
  options: ResolvedTrainOptions,
  sampling: SamplingOptions,
  device: Device,
  context: StageContext,
  setup: TrainingSetup = {},
): Promise<TrainedVectors> {
  const { vocabulary } = corpus;
  const heldOut = new HeldOutSentences(options.validation ?? 0, options.seed);
  const wordsAnEpoch = await countTokens(corpus, heldOut, context.signal);
  const sampler = new SentenceSampler({
    thresholds: keepThresholds(vocabulary, sampling.subsample, sampling.subsampleFormula),
    window: sampling.window,
    windowMode: sampling.windowMode,
    seed: options.seed,
  });
  const targets = options.model === 'cbow' ? 'all' : sampling.targets;
  const learner = new ShallowLearner(device, vocabulary.counts, options, setup);
  const pass: Pass = async (epoch, part, count, from) => {
    const place = placeOf(from);
    for await (const block of corpus.blocks()) {
      for (const { sentence, start, end } of sentencesIn(block, heldOut, part)) {
        if (sentence < place.sentence) continue;
        const { done, rate } = takeUpSentence(place, sentence, () => count.rate());
        let groups = 0;
        const where = () => (learner.isEmpty ? { sentence, groups, rate } : undefined);
        sampler.start(block.ids, start, end, epoch, sentence);
        learner.startSentence(epoch, sentence);
        for (const { target, contexts, length } of trainingGroups(sampler, targets)) {
          if (groups++ < done) learner.skip(target);
          else learner.add(target, contexts, length, rate, 1);
          if (learner.hasStepped && count.isDue()) await count.turn(where);
        }
        count.passed(end - start);
      }
    }
  };
  return learn(learner, { pass, wordsAnEpoch, unit: 'words' }, vocabulary, options, device, context, setup);
}

/** The same on pairs from outside, each a group of one context (docs/sampling.md, "Pairs from outside"). */
export async function trainShallowOnPairs(
  corpus: PairCorpus,
  options: ResolvedTrainOptions,
  device: Device,
  context: StageContext,
  setup: TrainingSetup = {},
): Promise<TrainedVectors> {
  const heldOut = new HeldOutSentences(options.validation ?? 0, options.seed);
  const wordsAnEpoch = countPairs(corpus, heldOut);
  const learner = new ShallowLearner(device, corpus.targetCounts, options, setup);
  const contexts = new Uint32Array(1);
  const pass: Pass = async (epoch, part, count, from) => {
    const place = placeOf(from);
    let number = -1;
    for await (const run of pairRuns(corpus)) {
      number++;
      if (number < place.sentence) continue;
      const { done, rate } = takeUpSentence(place, number, () => count.rate());
      const held = heldOut.ofRun(number, run.length);
      learner.startSentence(epoch, number);
      for (let pair = 0; pair < run.length; pair++) {
        if ((held[pair] === 1) !== (part === 'held out')) continue;
        if (pair < done) {
          learner.skip(run.targets[pair]!);
          continue;
        }
        contexts[0] = run.contexts[pair]!;
        learner.add(run.targets[pair]!, contexts, 1, rate, run.weights[pair]!);
        count.passed(1);
        if (!learner.hasStepped || !count.isDue()) continue;
        const groups = pair + 1;
        await count.turn(() => (learner.isEmpty ? { sentence: number, groups, rate } : undefined));
      }
    }
  };
  const ofPairs = { pass, wordsAnEpoch, unit: 'pairs' } as const;
  return learn(learner, ofPairs, corpus.vocabulary, options, device, context, setup);
}

/** What both have in common: the epochs, and what comes out. */
async function learn(
  learner: ShallowLearner,
  { pass, ...rest }: Pick<Learner, 'pass' | 'wordsAnEpoch' | 'unit'>,
  vocabulary: Vocabulary,
  options: ResolvedTrainOptions,
  device: Device,
  context: StageContext,
  setup: TrainingSetup,
): Promise<TrainedVectors> {
  const whole: Pass = async (epoch, part, count, from) => {
    learner.startPass(count.add);
    await pass(epoch, part, count, from);
    learner.flush();
  };
  const vectors = () => ({ vocabulary, ...learner.matrices() });
  try {
    const done = await trainByPasses(
      { ...rest, pass: whole, vectors, weights: learner.weights },
      options,
      setup,
      context,
    );
    const { model, loss, seed } = options;
    const { backend, threads } = device;
    return {
      ...vectors(),
      summary: { engine: 'tensorflow', backend, model, loss, seed, ...done, threads },
    };
  } finally {
    learner.dispose();
  }
}
