import type { Corpus, PairCorpus } from '../../../core/corpus.js';
import { throwIfAborted } from '../../../core/errors.js';
import type { StageContext } from '../../../core/stage.js';
import type { TrainedVectors } from '../../../core/vectors.js';
import type { Vocabulary } from '../../../core/vocabulary.js';
import { trainingGroups } from '../../../sampling/groups.js';
import type { SamplingOptions } from '../../../sampling/options.js';
import { SentenceSampler } from '../../../sampling/sentence-sampler.js';
import { keepThresholds } from '../../../sampling/subsample.js';
import { countTokens } from '../../count-tokens.js';
import type { ResolvedTrainOptions } from '../../engine.js';
import { learningRateAt } from '../../learning-rate.js';
import { TrainingMeter } from '../../meter.js';
import { pairRuns } from '../../pair-runs.js';
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
): Promise<TrainedVectors> {
  const { vocabulary } = corpus;
  const { epochs, learningRate } = options;
  const words = epochs * (await countTokens(corpus, context.signal));
  const sampler = new SentenceSampler({
    thresholds: keepThresholds(vocabulary, sampling.subsample, sampling.subsampleFormula),
    window: sampling.window,
    windowMode: sampling.windowMode,
    seed: options.seed,
  });
  const targets = options.model === 'cbow' ? 'all' : sampling.targets;
  const meter = new TrainingMeter(context, { done: words, unit: 'words', epochs });
  return learning(vocabulary, vocabulary.counts, options, meter, device, async (learner, epoch) => {
    for await (const block of corpus.blocks()) {
      throwIfAborted(context.signal);
      let start = 0;
      for (const [index, end] of block.sentenceEnds.entries()) {
        const sentence = block.firstSentence + index;
        meter.learningRate = learningRateAt(learningRate, meter.done, words);
        sampler.start(block.ids, start, end, epoch, sentence);
        learner.startSentence(epoch, sentence);
        for (const { target, contexts, length } of trainingGroups(sampler, targets)) {
          learner.add(target, contexts, length, meter.learningRate, 1);
          if (learner.hasStepped && meter.isDue) await meter.turn();
        }
        meter.done += end - start;
        start = end;
      }
    }
  });
}

/** The same on pairs from outside, each a group of one context (docs/sampling.md, "Pairs from outside"). */
export async function trainShallowOnPairs(
  corpus: PairCorpus,
  options: ResolvedTrainOptions,
  device: Device,
  context: StageContext,
): Promise<TrainedVectors> {
  const { vocabulary, targetCounts } = corpus;
  const { epochs, learningRate } = options;
  const pairs = epochs * corpus.pairs;
  const meter = new TrainingMeter(context, { done: pairs, unit: 'pairs', epochs });
  const contexts = new Uint32Array(1);
  return learning(vocabulary, targetCounts, options, meter, device, async (learner, epoch) => {
    let number = 0;
    for await (const run of pairRuns(corpus)) {
      meter.learningRate = learningRateAt(learningRate, meter.done, pairs);
      learner.startSentence(epoch, number++);
      for (let pair = 0; pair < run.length; pair++) {
        contexts[0] = run.contexts[pair]!;
        learner.add(run.targets[pair]!, contexts, 1, meter.learningRate, run.weights[pair]!);
        if (learner.hasStepped && meter.isDue) await meter.turn();
      }
      meter.done += run.length;
    }
  });
}

/** What both have in common: the matrices, the epochs, and what comes out. */
async function learning(
  vocabulary: Vocabulary,
  targetCounts: Float64Array,
  options: ResolvedTrainOptions,
  meter: TrainingMeter,
  device: Device,
  epochOf: (learner: ShallowLearner, epoch: number) => Promise<void>,
): Promise<TrainedVectors> {
  const learner = new ShallowLearner(device, targetCounts, options, (loss, predictions) =>
    meter.add(loss, predictions),
  );
  try {
    for (let epoch = 0; epoch < options.epochs; epoch++) {
      await epochOf(learner, epoch);
      learner.flush();
      await meter.endEpoch();
    }
    const { model, loss, epochs, seed } = options;
    return {
      vocabulary,
      ...learner.matrices(),
      summary: {
        ...{ engine: 'tensorflow', backend: device.backend, model, loss, epochs, seed },
        words: meter.done,
        seconds: meter.seconds,
        lossByEpoch: meter.lossByEpoch,
        threads: device.threads,
      },
    };
  } finally {
    learner.dispose();
  }
}
