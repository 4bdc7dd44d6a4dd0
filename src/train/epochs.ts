import { WordmillError } from '../core/errors.js';
import type { Report } from '../core/report.js';
import type { Matrix } from '../core/vectors.js';
import { EarlyStop } from './early-stop.js';
import { allocateMatrix } from './matrices.js';
import type { TrainedEpoch, TrainingSetup } from './training-setup.js';

/** What an engine does by epoch. */
export interface EpochPasses {
  /** Trains an epoch (from 0); gives the mean loss of its predictions, in nats. */
  train(epoch: number): Promise<number>;
  /** The mean loss on what is held out, changing nothing; absent where nothing is held out. */
  evaluate?(): Promise<HeldOutLoss>;
  /** The vectors as they are after an epoch. */
  vectors(): TrainedEpoch['vectors'];
  /** Copies the weights, in the place of an earlier copy, and gives what puts them back. */
  keep(): () => void;
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
  /** Where text was held out: the mean loss on it after each epoch. */
  readonly validationLossByEpoch?: readonly number[];
  /** Where training kept an earlier epoch than its last: that one, from 1. */
  readonly bestEpoch?: number;
}

/**
 * Runs the epochs of a training, one after another: after each it measures the loss on held-out text, if there is any,
 * and calls the callback, if there is one. Stops early when the callback says so, or by `patience` when the held-out loss
 * has not fallen for so many epochs; the best epoch's weights are then put back.
 *
 * @throws WordmillError `data`, before anything is learned, if the held-out text has nothing to predict; what the passes
 * and the callback throw.
 */
export async function runEpochs(
  passes: EpochPasses,
  options: { readonly epochs: number; readonly patience: number },
  { onEpoch }: Pick<TrainingSetup, 'onEpoch'>,
  report: Report,
): Promise<EpochsDone> {
  const { epochs, patience } = options;
  const early = new EarlyStop(patience, () => passes.keep());
  // Memory for the best epoch is asked for now rather than when the first has been trained.
  if (patience > 0) passes.keep();
  const before = await passes.evaluate?.();
  if (before?.predictions === 0) throw nothingHeldOut();
  if (before) {
    const predictions = before.predictions.toLocaleString('en-US');
    report.note(`before training: held-out loss ${before.loss.toFixed(4)} (${predictions} predictions)`);
  }
  let done = 0;
  let stopped = false;
  while (done < epochs && !stopped) {
    const loss = await passes.train(done);
    done++;
    const validationLoss = (await passes.evaluate?.())?.loss;
    if (validationLoss !== undefined) {
      report.note(`epoch ${done}: loss ${loss.toFixed(4)}, held-out loss ${validationLoss.toFixed(4)}`);
      stopped = early.after(validationLoss);
    }
    const ended = { epoch: done, epochs, loss, ...(validationLoss !== undefined && { validationLoss }) };
    if (await isStopped(onEpoch, ended, () => passes.vectors())) stopped = true;
  }
  const best = early.restoreBest();
  if (best !== undefined) report.note(`keeping epoch ${best + 1}, which had the lowest held-out loss`);
  return {
    epochs: done,
    ...(before && { validationLossByEpoch: early.measures }),
    ...(best !== undefined && { bestEpoch: best + 1 }),
  };
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

/**
 * A `keep` for weights that lie in memory: one copy of each matrix, made when it is first needed.
 *
 * @throws WordmillError `outOfMemory`, when called, if the memory for them cannot be had.
 */
export function keeperOf(...matrices: readonly Matrix[]): () => () => void {
  let copies: readonly Float32Array[] | undefined;
  return () => {
    copies ??= matrices.map(({ rows, stride }) => allocateMatrix(rows, stride).data);
    for (const [index, { data }] of matrices.entries()) copies[index]!.set(data);
    return () => {
      for (const [index, { data }] of matrices.entries()) data.set(copies![index]!);
    };
  };
}

/** The error for a share so small that it holds out nothing that could be predicted. */
function nothingHeldOut(): WordmillError {
  return new WordmillError('data', 'what is held out has nothing to predict', {
    place: { key: 'train.validation' },
    hint: 'Hold out a larger share, or train without validation.',
  });
}
