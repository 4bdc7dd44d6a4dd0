import { WordmillError } from '../core/errors.js';
import type { Report } from '../core/report.js';
import type { Checkpoints } from './checkpoint/checkpoints.js';
import { BEGINNING, type Course, type Position } from './checkpoint/course.js';
import { EarlyStop } from './early-stop.js';
import type { TrainedEpoch, TrainingSetup } from './training-setup.js';
import type { Weights } from './weights.js';

/** What an engine does by epoch. */
export interface EpochPasses {
  /**
   * Trains an epoch (from 0), or what is left of it; gives the mean loss of its predictions, in nats.
   *
   * @param pauses where it is to write down where it is; absent where the run keeps nothing.
   */
  train(epoch: number, pauses?: EpochPauses): Promise<number>;
  /** The mean loss on what is held out, changing nothing; absent where nothing is held out. */
  evaluate?(): Promise<HeldOutLoss>;
  /** How that is told after an epoch (from 1); without it, as it is, and before training too. */
  tellHeldOut?(epoch: number, loss: number): string;
  /** The vectors as they are after an epoch. */
  vectors(): TrainedEpoch['vectors'];
  /** What it trains. */
  readonly weights: Weights;
  /** What it remembers of its steps beside them. */
  readonly optimizer?: Weights;
  /** What an epoch counts, where that is found out as it trains. */
  wordsPerEpoch?(): number | undefined;
}

/** What an epoch asks and tells so that a later run can go on inside it. */
export interface EpochPauses {
  /** Where in this epoch to begin; absent for its start. */
  readonly from?: Position;
  /** Whether to pause at the next place that can be gone on from. */
  isDue(): boolean;
  /**
   * Writes down where the epoch is, with all that the engine needs beside its weights.
   *
   * @throws the abort error, when that is written, where the run is to stop.
   */
  pause(position: Position): Promise<void>;
}

/** What was measured on held-out text. */
export interface HeldOutLoss {
  /** Mean, in nats. */
  readonly loss: number;
  readonly predictions: number;
}

/** What came of the epochs. */
export interface EpochsDone {
  /** How many were trained: fewer than asked for where training stopped early. */
  readonly epochs: number;
  readonly lossByEpoch: readonly number[];
  /** Where text was held out: the mean loss on it after each epoch. */
  readonly validationLossByEpoch?: readonly number[];
  /** Where training kept an earlier epoch than its last: that one, from 1. */
  readonly bestEpoch?: number;
}

/**
 * Runs the epochs of a training, one after another: after each it measures the loss on held-out text, if there is any,
 * and calls the callback, if there is one. Stops early when the callback says so, or by `patience` when the held-out loss
 * has not fallen for so many epochs; the best epoch's weights are then put back. Where the run keeps checkpoints, it
 * writes them when they are due, and goes on from the one that it was opened with.
 *
 * @throws WordmillError `data`, before anything is learned, if the held-out text has nothing to predict; what the passes
 * and the callback throw; the abort error when a run with checkpoints is to stop, once it has written one.
 */
export async function runEpochs(
  passes: EpochPasses,
  options: { readonly epochs: number; readonly patience: number },
  { onEpoch, checkpoints }: Pick<TrainingSetup, 'onEpoch' | 'checkpoints'>,
  report: Report,
): Promise<EpochsDone> {
  const { epochs, patience } = options;
  const early = new EarlyStop(patience, passes.weights);
  // Memory for the best epoch is asked for now rather than when the first has been trained.
  early.prepare();
  const course = (await takeUp(passes, early, checkpoints)) ?? BEGINNING;
  if (course === BEGINNING && !passes.tellHeldOut) await measureBefore(passes, report);
  const lossByEpoch = [...course.lossByEpoch];
  let { stopped, isOpen, position } = course;
  const save = (at?: Position) =>
    checkpoints?.save({
      course: {
        ...{
          lossByEpoch,
          measures: early.measures,
          stopped,
          isOpen,
          wordsPerEpoch: passes.wordsPerEpoch?.(),
        },
        ...(at && { position: at }),
      },
      ...{ weights: passes.weights, epoch: lossByEpoch.length + (at ? 1 : 0), epochs },
      ...(passes.optimizer && { optimizer: passes.optimizer }),
      ...(early.best && { best: early.best.tensors }),
    });
  while (isOpen || (lossByEpoch.length < epochs && !stopped)) {
    if (!isOpen) {
      const from = position;
      position = undefined;
      lossByEpoch.push(
        await passes.train(
          lossByEpoch.length,
          checkpoints && {
            ...(from && { from }),
            isDue: () => checkpoints.isDue(),
            pause: async (at) => save(at),
          },
        ),
      );
      isOpen = true;
      if (checkpoints?.isInterrupted) await save();
    }
    try {
      stopped = await judge(passes, early, { onEpoch, report, lossByEpoch, epochs });
    } catch (error) {
      // What was interrupted changes no weights: it is done again.
      if (checkpoints?.isInterrupted) await save();
      throw error;
    }
    isOpen = false;
    if (checkpoints?.isDueAtEpochEnd()) await save();
  }
  const best = await early.restoreBest();
  if (best !== undefined) report.note(`keeping epoch ${best + 1}, which had the lowest held-out loss`);
  return {
    epochs: lossByEpoch.length,
    lossByEpoch,
    ...(passes.evaluate && { validationLossByEpoch: early.measures }),
    ...(best !== undefined && { bestEpoch: best + 1 }),
  };
}

/** Loads what an earlier run of the training left; gives where it was, if it left anything. */
async function takeUp(
  { weights, optimizer }: EpochPasses,
  early: EarlyStop,
  checkpoints: Checkpoints | undefined,
): Promise<Course | undefined> {
  const resumed = checkpoints?.resumed;
  if (!resumed) return undefined;
  if (resumed.hasBest) await resumed.load('best', weights);
  early.goOnFrom(resumed.course.measures, resumed.hasBest);
  await resumed.load('weights', weights);
  if (optimizer) await resumed.load('optimizer', optimizer);
  return resumed.course;
}

/** The held-out loss before anything is learned; says it. */
async function measureBefore({ evaluate }: EpochPasses, report: Report): Promise<void> {
  const before = await evaluate?.();
  if (!before) return;
  if (before.predictions === 0) throw nothingHeldOut();
  const predictions = before.predictions.toLocaleString('en-US');
  report.note(`before training: held-out loss ${before.loss.toFixed(4)} (${predictions} predictions)`);
}

/** What comes after the last epoch that was trained: the held-out loss, the callback. Gives whether to stop. */
async function judge(
  passes: EpochPasses,
  early: EarlyStop,
  {
    onEpoch,
    report,
    lossByEpoch,
    epochs,
  }: {
    readonly onEpoch: TrainingSetup['onEpoch'];
    readonly report: Report;
    readonly lossByEpoch: readonly number[];
    readonly epochs: number;
  },
): Promise<boolean> {
  const epoch = lossByEpoch.length;
  const loss = lossByEpoch.at(-1)!;
  // Where the callback was interrupted, this has been measured already.
  let validationLoss: number | undefined = early.measures[epoch - 1];
  if (validationLoss === undefined) {
    validationLoss = (await passes.evaluate?.())?.loss;
    if (validationLoss !== undefined) {
      report.note(
        passes.tellHeldOut?.(epoch, validationLoss) ??
          `epoch ${epoch}: loss ${loss.toFixed(4)}, held-out loss ${validationLoss.toFixed(4)}`,
      );
      early.after(validationLoss);
    }
  }
  const ended = { epoch, epochs, loss, ...(validationLoss !== undefined && { validationLoss }) };
  return (await isStopped(onEpoch, ended, () => passes.vectors())) || early.isOver;
}

/** Tells a callback of an epoch that has ended, and waits for it; gives whether it stopped the training. */
export async function isStopped(
  onEpoch: TrainingSetup['onEpoch'],
  ended: Omit<TrainedEpoch, 'vectors' | 'stop'>,
  vectors: () => TrainedEpoch['vectors'],
): Promise<boolean> {
  let stopped = false;
  await onEpoch?.({
    ...ended,
    get vectors() {
      return vectors();
    },
    stop() {
      stopped = true;
    },
  });
  return stopped;
}

/** The error for a share so small that it holds out nothing that could be predicted. */
function nothingHeldOut(): WordmillError {
  return new WordmillError('data', 'what is held out has nothing to predict', {
    place: { key: 'train.validation' },
    hint: 'Hold out a larger share, or train without validation.',
  });
}
