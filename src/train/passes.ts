import type { StageContext } from '../core/stage.js';
import type { Position } from './checkpoint/course.js';
import { divergenceError, LOSS_IS_NO_NUMBER } from './divergence.js';
import type { ResolvedTrainOptions } from './engine.js';
import { type EpochPasses, type EpochsDone, type HeldOutLoss, runEpochs } from './epochs.js';
import { learningRateAt } from './learning-rate.js';
import { TrainingMeter } from './meter.js';
import type { TrainingSetup } from './training-setup.js';

/** One pass over what is trained on, or over what is held out. */
export type Pass = (
  /** From 0; what is drawn depends on it. */
  epoch: number,
  part: 'trained' | 'held out',
  count: PassCount,
  /** Where in it to begin: what `turn` was given, in an earlier run. Absent for its start. */
  from?: Position,
) => Promise<void>;

/** What a pass is told, and tells. */
export interface PassCount {
  /**
   * The learning rate of a sentence (or a run of pairs) that begins now, or when so many more words have passed; 0 on
   * what is held out.
   */
  rate(ahead?: number): number;
  /** Adds the loss of some predictions, in nats. */
  add(loss: number, predictions: number): void;
  /** Adds the words, before subsampling, of a sentence that is done (or pairs). */
  passed(words: number): void;
  /** Whether the event loop has waited long enough; then call `turn`. */
  isDue(): boolean;
  /** @param where gives where the pass is, to begin there in a later run; undefined where it cannot be left. */
  turn(where?: () => Position | undefined): Promise<void>;
}

/** What trains by passes in TypeScript, one sentence after another. */
export interface Learner extends Pick<EpochPasses, 'vectors' | 'weights'> {
  readonly pass: Pass;
  /** Words (or pairs) of one epoch. */
  readonly wordsAnEpoch: number;
  readonly unit: 'words' | 'pairs';
}

/** Trains all epochs, with the learning rate that falls by the words done. What comes is part of the summary. */
export async function trainByPasses(
  { pass, wordsAnEpoch, unit, vectors, weights }: Learner,
  options: ResolvedTrainOptions,
  setup: TrainingSetup,
  context: StageContext,
): Promise<EpochsDone & { words: number; seconds: number }> {
  const { epochs, learningRate, validation = 0, patience = 0 } = options;
  const words = epochs * wordsAnEpoch;
  const meter = new TrainingMeter(context, { done: words, unit, epochs }, setup.checkpoints);
  const training: PassCount = {
    rate(ahead = 0) {
      meter.learningRate = learningRateAt(learningRate, meter.done + ahead, words);
      return meter.learningRate;
    },
    add: (loss, predictions) => meter.add(loss, predictions),
    passed(some) {
      meter.done += some;
    },
    isDue: () => meter.isDue,
    turn: (where) => meter.turn(where),
  };
  const evaluate = async (): Promise<HeldOutLoss> => {
    let sum = 0;
    let predictions = 0;
    const add = (loss: number, some: number): void => {
      sum += loss;
      predictions += some;
    };
    // Always the draws of epoch 0, which training has not seen either: so epochs compare.
    const turn = () => meter.turn();
    await pass(0, 'held out', { ...training, rate: () => 0, add, passed: () => undefined, turn });
    if (!Number.isFinite(sum)) throw divergenceError(learningRate, LOSS_IS_NO_NUMBER);
    meter.validationLoss = sum / (predictions || 1);
    return { loss: meter.validationLoss, predictions };
  };
  const passes: EpochPasses = {
    async train(epoch, pauses) {
      meter.done = epoch * wordsAnEpoch;
      meter.startEpoch(pauses);
      await pass(epoch, 'trained', training, pauses?.from);
      return meter.endEpoch();
    },
    ...(validation > 0 && { evaluate }),
    vectors,
    weights,
  };
  const done = await runEpochs(passes, { epochs, patience }, setup, context.report);
  return { ...done, words: done.epochs * wordsAnEpoch, seconds: meter.seconds };
}
