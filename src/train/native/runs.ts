import type { StageContext } from '../../core/stage.js';
import type { NativeTraining, TrainingJob, TrainingTotals } from '../../native/addon.js';
import type { ResolvedTrainOptions } from '../engine.js';
import { type EpochPasses, type EpochsDone, keeperOf, runEpochs } from '../epochs.js';
import { allHeldOut } from '../sentences.js';
import type { TrainingSetup } from '../training-setup.js';
import { type Watched, watch } from './watch.js';

/** What starts a training: the addon's `startTraining`. */
export type Start = (job: TrainingJob) => NativeTraining;

/** What came of it, for the summary. */
export interface RunDone extends EpochsDone {
  readonly words: number;
  readonly lossByEpoch: readonly number[];
  readonly threads: number;
}

/** How a job is run. */
export interface RunContext {
  readonly start: Start;
  readonly unit: 'words' | 'pairs';
  readonly options: ResolvedTrainOptions;
  readonly context: StageContext;
}

/** Runs all epochs of a job at once: threads do not wait for one another between them. */
export async function runAtOnce(
  job: TrainingJob,
  { start, unit, options, context }: RunContext,
): Promise<RunDone> {
  const totals = await watch(start(job), watched(options, unit), context);
  const { words, threads } = totals;
  return { epochs: options.epochs, words, threads, lossByEpoch: meanLosses(totals) };
}

/**
 * Runs the epochs of a job one by one, for what is done after each: the held-out loss, the callback. With one thread
 * the vectors are those of `runAtOnce`, bit for bit.
 */
export async function runByEpoch(
  job: TrainingJob,
  vectors: EpochPasses['vectors'],
  { start, unit, options, context }: RunContext,
  setup: TrainingSetup,
): Promise<RunDone> {
  const { epochs, validation = 0, patience = 0 } = options;
  const heldOut = validation > 0 ? { validation } : {};
  const lossByEpoch: number[] = [];
  const watching = watched(options, unit);
  let wordsPerEpoch = job.wordsPerEpoch;
  let words = 0;
  let threads = 1;
  const passes: EpochPasses = {
    async train(firstEpoch) {
      const part = {
        epochs: 1,
        firstEpoch,
        totalEpochs: epochs,
        ...(wordsPerEpoch !== undefined && { wordsPerEpoch }),
      };
      const totals = await watch(start({ ...job, ...heldOut, ...part }), watching, context);
      ({ words } = totals);
      if (validation > 0 && words === 0) throw allHeldOut();
      wordsPerEpoch = words / (firstEpoch + 1);
      threads = Math.max(threads, totals.threads);
      const [loss] = meanLosses(totals);
      lossByEpoch.push(loss!);
      return loss!;
    },
    ...(validation > 0 && {
      async evaluate() {
        // At a rate of 0 nothing changes, and no words need be counted for it to fall by. Always the draws of epoch 0,
        // which training has not seen either.
        const part = { epochs: 1, heldOut: true, learningRate: 0, wordsPerEpoch: 1 };
        const totals = await watch(
          start({ ...job, validation, ...part }),
          { ...watching, quiet: true },
          context,
        );
        const loss = meanLosses(totals)[0]!;
        watching.validationLoss = loss;
        return { loss, predictions: totals.predictionsByEpoch[0]! };
      },
    }),
    vectors,
    keep: keeperOf(job.input, job.output),
  };
  const done = await runEpochs(passes, { epochs, patience }, setup, context.report);
  return { ...done, words, threads, lossByEpoch };
}

function watched({ epochs, learningRate }: ResolvedTrainOptions, unit: 'words' | 'pairs'): Watched {
  return { unit, epochs, learningRate, since: performance.now() };
}

function meanLosses({ lossByEpoch, predictionsByEpoch }: TrainingTotals): number[] {
  return Array.from(lossByEpoch, (loss, epoch) => loss / (predictionsByEpoch[epoch]! || 1));
}
