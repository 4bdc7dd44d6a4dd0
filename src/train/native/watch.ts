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

/**
 * Waits for a training to end; reports its progress some five times a second and once at its end, and stops it when
 * the signal fires.
 *
 * @throws WordmillError `aborted`, or what the training says.
 */
export async function watch(
  training: NativeTraining,
  watched: Watched,
  context: StageContext,
): Promise<TrainingTotals> {
  const report = watched.quiet ? undefined : reporter(training, watched, context);
  try {
    return await watchWork(training, context, report);
  } catch (error) {
    throw advised(error, watched.learningRate);
  }
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
