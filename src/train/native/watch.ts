import { WordmillError } from '../../core/errors.js';
import type { StageContext } from '../../core/stage.js';
import type { NativeProgress, NativeTraining, TrainingTotals } from '../../native/addon.js';
import { watchWork } from '../../native/long-work.js';
import { divergenceError, LOSS_IS_NO_NUMBER } from '../divergence.js';

/** What progress is reported with. */
export interface Watched {
  readonly unit: 'words' | 'pairs';
  readonly epochs: number;
  /** Where it started, for the advice when training diverges. */
  readonly learningRate: number;
  /** When training began, as from `performance.now()`. */
  readonly since: number;
  /** The loss on what is held out, as last measured. */
  validationLoss?: number;
  /** Whether to report nothing. */
  readonly quiet?: boolean;
}

/** When a training is to be paused. */
export interface TrainingPauses {
  /** @param epoch the one under way. */
  isDue(epoch: number): boolean;
  /** Whether it begins by counting words. */
  readonly counts: boolean;
}

/**
 * Waits for a training to end; reports its progress some five times a second and once at its end, and stops it when
 * the signal fires.
 *
 * @param pauses says, told the epoch, whether it is to be paused; then it is, too, when the signal fires, and nothing is
 * thrown for that, unless there is nothing yet that could be gone on from.
 * @throws WordmillError `aborted`, or what the training says.
 */
export async function watch(
  training: NativeTraining,
  watched: Watched,
  context: StageContext,
  pauses?: TrainingPauses,
): Promise<TrainingTotals> {
  const report = watched.quiet ? undefined : reporter(training, watched, context);
  try {
    const work = pauses?.counts ? untilCounted(training, context) : training;
    return await watchWork(
      work,
      context,
      report,
      pauses && { isDue: () => pauses.isDue(training.progress().epoch) },
    );
  } catch (error) {
    throw advised(error, watched.learningRate);
  }
}

/** A training that is to stop while it still counts words has nothing to go on from, and cannot be paused. */
function untilCounted(training: NativeTraining, { signal }: StageContext): NativeTraining {
  const isCounting = () => training.progress().totalWords === 0;
  return {
    ...training,
    pause: () => (signal.aborted && isCounting() ? training.abort() : training.pause()),
  };
}

function reporter(
  training: NativeTraining,
  { unit, epochs, since, validationLoss }: Watched,
  context: StageContext,
): () => void {
  let last: Pick<NativeProgress, 'loss' | 'predictions'> = { loss: 0, predictions: 0 };
  return () => {
    const now = training.progress();
    const predictions = now.predictions - last.predictions;
    context.report.progress({
      phase: 'train',
      done: now.words,
      unit,
      learningRate: now.learningRate,
      epoch: now.epoch,
      epochs,
      wordsPerSecond: now.words / ((performance.now() - since) / 1_000),
      ...(now.totalWords > 0 && { total: now.totalWords }),
      ...(predictions > 0 && { loss: (now.loss - last.loss) / predictions }),
      ...(validationLoss !== undefined && { validationLoss }),
    });
    last = now;
  };
}

/** The kernel says that the loss is no number any more; only in TypeScript is known what to do about it. */
export function advised(error: unknown, learningRate: number): unknown {
  if (!(error instanceof WordmillError) || !error.message.includes('diverged')) return error;
  return divergenceError(learningRate, LOSS_IS_NO_NUMBER, error);
}
