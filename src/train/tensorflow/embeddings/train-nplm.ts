import type { Corpus } from '../../../core/corpus.js';
import { throwIfAborted, WordmillError } from '../../../core/errors.js';
import type { StageContext } from '../../../core/stage.js';
import type { Matrix, TrainedVectors } from '../../../core/vectors.js';
import type { SamplingOptions } from '../../../sampling/options.js';
import type { ResolvedTrainOptions } from '../../engine.js';
import { type EpochPasses, runEpochs } from '../../epochs.js';
import { learningRateAt } from '../../learning-rate.js';
import { TrainingMeter } from '../../meter.js';
import { nplmOptions, nplmWindows } from '../../model-defaults.js';
import { placeOf, takeUpSentence } from '../../stream-place.js';
import type { TrainingSetup } from '../../training-setup.js';
import type { Device } from '../backend/device.js';
import { parameterWeights } from '../parameter-weights.js';
import { WordSampler } from '../sampled-words.js';
import { NeuralLanguageModel } from './nplm.js';
import { contextPlaces, NplmBatch } from './nplm-batch.js';
import { NplmLearner } from './nplm-learner.js';
import { NplmText } from './nplm-text.js';
import { heldOutPerplexity } from './perplexity.js';
import { matrixOf } from './shallow-learner.js';

/** What training starts from, and whom it tells. */
export interface NplmSetup extends Pick<TrainingSetup, 'onEpoch' | 'checkpoints'> {
  readonly initialVectors?: Matrix | undefined;
}

/**
 * Trains the neural probabilistic language model on a corpus, window by window in the order of the text, and gives E
 * as `input` and W2 as `output`. The learning rate falls linearly with the words done. With `validation` some sentences
 * are held out; their perplexity after each epoch goes to the report and the summary, and with `patience` training
 * stops when it no longer falls, with the best epoch's model.
 *
 * @param setup.initialVectors what E starts from in the place of random vectors: a row for each word of the vocabulary.
 * @param setup.onEpoch is called after each epoch.
 * @throws WordmillError `data` if no window fits into the text, none of the held-out text, or training diverges; the
 * abort error when the signal fires.
 */
export async function trainNplm(
  corpus: Corpus,
  options: ResolvedTrainOptions,
  sampling: SamplingOptions,
  device: Device,
  context: StageContext,
  { initialVectors, ...setup }: NplmSetup = {},
): Promise<TrainedVectors> {
  const { vocabulary } = corpus;
  const { dimensions, epochs, seed, initialRange, noisePower } = options;
  const own = nplmOptions(options);
  const windows = nplmWindows(sampling);
  const text = new NplmText(corpus, windows, { seed, validation: own.validation });
  const { tokens, heldOutWindows } = await survey(text, own.validation, context.signal);
  const words = epochs * tokens;
  const { samples } = own;
  const sampler =
    samples === undefined ? undefined : new WordSampler(vocabulary.counts, { samples, noisePower, seed });
  const model = new NeuralLanguageModel(device, {
    ...{ words: vocabulary.size, places: contextPlaces(windows), dimensions, seed, initialRange },
    ...{ hidden: own.hiddenUnits, direct: own.direct, sampled: sampler !== undefined },
    ...(initialVectors && { initialVectors }),
  });
  const { optimizer, dropout } = own;
  const learner = new NplmLearner(device, model, { optimizer, dropout, seed, sampler });
  const meter = new TrainingMeter(context, { done: words, unit: 'words', epochs }, setup.checkpoints);
  const batch = new NplmBatch(windows, vocabulary.size, own.batch);
  const vectors = () => ({
    vocabulary,
    input: matrixOf(model.E, vocabulary.size),
    output: matrixOf(model.W2),
  });
  const learn = () => {
    meter.add(learner.step(batch.contexts, batch.targets, meter.learningRate), batch.length);
    batch.clear();
  };
  const passes: EpochPasses = {
    async train(epoch, pauses) {
      meter.done = epoch * tokens;
      meter.startEpoch(pauses);
      const place = placeOf(pauses?.from);
      let number = -1;
      for await (const sentence of text.sentences(epoch)) {
        number++;
        if (sentence.heldOut || number < place.sentence) continue;
        const rateNow = () => learningRateAt(options.learningRate, meter.done, words);
        const { done, rate } = takeUpSentence(place, number, rateNow);
        meter.learningRate = rate;
        let groups = 0;
        const where = () => (batch.length === 0 ? { sentence: number, groups, rate } : undefined);
        for (const window of sentence.windows) {
          if (groups++ < done) continue;
          batch.add(window);
          if (!batch.isFull) continue;
          learn();
          if (meter.isDue) await meter.turn(where);
        }
        meter.done += sentence.tokens;
      }
      if (batch.length > 0) learn();
      return meter.endEpoch();
    },
    ...(heldOutWindows > 0 && {
      async evaluate() {
        const perplexity = await heldOutPerplexity(model, text, batch, meter);
        return { loss: Math.log(perplexity), predictions: heldOutWindows };
      },
    }),
    tellHeldOut: (epoch, loss) =>
      `epoch ${epoch}: perplexity ${Math.exp(loss).toFixed(2)} on ${heldOutWindows.toLocaleString('en-US')} held-out words`,
    vectors,
    weights: parameterWeights(model.parameters),
    optimizer: learner.memory,
  };
  try {
    const done = await runEpochs(passes, { epochs, patience: own.patience }, setup, context.report);
    return {
      ...vectors(),
      summary: {
        ...{ engine: 'tensorflow', backend: device.backend, model: 'nplm', loss: options.loss, seed },
        ...done,
        words: done.epochs * tokens,
        seconds: meter.seconds,
        ...(done.validationLossByEpoch && { perplexityByEpoch: done.validationLossByEpoch.map(Math.exp) }),
        threads: device.threads,
      },
    };
  } finally {
    learner.dispose();
    model.dispose();
  }
}

/** Reads the text once, so that what cannot be trained on is refused before anything is learned. */
async function survey(
  text: NplmText,
  validation: number,
  signal: AbortSignal,
): Promise<{ readonly tokens: number; readonly heldOutWindows: number }> {
  let tokens = 0;
  let trainingWindows = 0;
  let heldOutWindows = 0;
  for await (const sentence of text.sentences(0)) {
    throwIfAborted(signal);
    let count = 0;
    for (const _ of sentence.windows) count++;
    if (sentence.heldOut) heldOutWindows += count;
    else {
      tokens += sentence.tokens;
      trainingWindows += count;
    }
  }
  if (trainingWindows === 0 && heldOutWindows > 0) {
    throw new WordmillError('data', 'every sentence that is long enough to train on is held out', {
      place: { key: 'train.validation' },
      hint: 'Hold out a smaller share, or give more text.',
    });
  }
  if (trainingWindows === 0) {
    throw new WordmillError('data', 'no sentence is long enough for a window of context words', {
      place: { key: 'sampling.size' },
      hint: 'Take a smaller size, partial: true, or unit: paragraphs; a line is a sentence.',
    });
  }
  if (validation > 0 && heldOutWindows === 0) {
    throw new WordmillError('data', 'the sentences that are held out have no window to predict', {
      place: { key: 'train.validation' },
      hint: 'Hold out a larger share, or train without validation.',
    });
  }
  return { tokens, heldOutWindows };
}
