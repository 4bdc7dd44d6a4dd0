import type { StageContext } from '../../core/stage.js';
import type { NativeTraining, TrainingJob, TrainingTotals } from '../../native/addon.js';
import type { Checkpoints } from '../checkpoint/checkpoints.js';
import { arrayIn, BEGINNING, numberIn, type Position } from '../checkpoint/course.js';
import type { ResolvedTrainOptions } from '../engine.js';
import { type EpochPasses, type EpochsDone, runEpochs } from '../epochs.js';
import { allHeldOut } from '../sentences.js';
import type { TrainingSetup } from '../training-setup.js';
import { type Weights, weightsOf } from '../weights.js';
import { type Watched, watch } from './watch.js';

/** What starts a training: the addon's `startTraining`. */
export type Start = (job: TrainingJob) => NativeTraining;

/** What came of it, for the summary. */
export interface RunDone extends EpochsDone {
  readonly words: number;
  readonly threads: number;
}

/** How a job is run. */
export interface RunContext {
  readonly start: Start;
  readonly unit: 'words' | 'pairs';
  readonly options: ResolvedTrainOptions;
  readonly context: StageContext;
  readonly checkpoints?: Checkpoints | undefined;
}

/** Runs all epochs of a job at once: threads do not wait for one another between them, but for a checkpoint. */
export async function runAtOnce(job: TrainingJob, run: RunContext): Promise<RunDone> {
  const { checkpoints, options } = run;
  const { epochs } = options;
  const weights = weightsOfJob(job);
  const resumed = checkpoints?.resumed;
  if (resumed) await resumed.load('weights', weights);
  const save = (position: Position, epoch: number) =>
    checkpoints!.save({ course: { ...BEGINNING, position }, weights, epoch, epochs });
  const totals = await runWithPauses(job, watched(run), run, {
    ...(resumed?.course.position && { from: resumed.course.position }),
    ...(checkpoints && { isDue: (epoch) => checkpoints.isDueIn(epoch), pause: save }),
  });
  // At its end too, so that a run that is interrupted later, while it evaluates or writes, need not train again.
  if (checkpoints?.isDueAtEpochEnd()) await save(positionOf(totals), epochs);
  const { words, threads } = totals;
  return { epochs, words, threads, lossByEpoch: meanLosses(totals) };
}

/**
 * Runs the epochs of a job one by one, for what is done after each: the held-out loss, the callback. With one thread
 * the vectors are those of `runAtOnce`, bit for bit.
 */
export async function runByEpoch(
  job: TrainingJob,
  vectors: EpochPasses['vectors'],
  run: RunContext,
  setup: TrainingSetup,
): Promise<RunDone> {
  const { options, context } = run;
  const { epochs, validation = 0, patience = 0 } = options;
  const heldOut = validation > 0 ? { validation } : {};
  const watching = watched(run);
  let wordsPerEpoch = job.wordsPerEpoch ?? run.checkpoints?.resumed?.course.wordsPerEpoch;
  let threads = 1;
  const passes: EpochPasses = {
    async train(firstEpoch, pauses) {
      const part = {
        epochs: 1,
        firstEpoch,
        totalEpochs: epochs,
        ...(wordsPerEpoch !== undefined && { wordsPerEpoch }),
      };
      const totals = await runWithPauses({ ...job, ...heldOut, ...part }, watching, run, pauses);
      if (validation > 0 && totals.wordsPerEpoch === 0) throw allHeldOut();
      ({ wordsPerEpoch } = totals);
      threads = Math.max(threads, totals.threads);
      return meanLosses(totals)[0]!;
    },
    ...(validation > 0 && {
      async evaluate() {
        // At a rate of 0 nothing changes, and no words need be counted for it to fall by. Always the draws of epoch 0,
        // which training has not seen either.
        const part = { epochs: 1, heldOut: true, learningRate: 0, wordsPerEpoch: 1 };
        const totals = await watch(
          run.start({ ...job, validation, ...part }),
          { ...watching, quiet: true },
          context,
        );
        const loss = meanLosses(totals)[0]!;
        watching.validationLoss = loss;
        return { loss, predictions: totals.predictionsByEpoch[0]! };
      },
    }),
    vectors,
    weights: weightsOfJob(job),
    wordsPerEpoch: () => wordsPerEpoch,
  };
  const done = await runEpochs(passes, { epochs, patience }, setup, context.report);
  return { ...done, words: done.epochs * (wordsPerEpoch ?? 0), threads };
}

/** Where a job begins, when it is to pause, and what is done then. */
interface JobPauses {
  readonly from?: Position;
  isDue?(epoch: number): boolean;
  pause?(position: Position, epoch: number): Promise<void>;
}

/** Runs a job to its end; where it is paused, goes on from there. */
async function runWithPauses(
  job: TrainingJob,
  watching: Watched,
  { start, context }: RunContext,
  { from: position, isDue, pause }: JobPauses = {},
): Promise<TrainingTotals> {
  let next = position ? goingOn(job, position) : job;
  let threads = 1;
  for (;;) {
    const pauses = isDue && { isDue, counts: next.wordsPerEpoch === undefined };
    const totals = await watch(start(next), watching, context, pauses);
    threads = Math.max(threads, totals.threads);
    if (!totals.paused) return { ...totals, threads };
    await pause?.(positionOf(totals), totals.epoch);
    next = goingOn(job, positionOf(totals));
  }
}

/** A place to go on from; of a job that is done, its end. */
function positionOf({ position, ...totals }: TrainingTotals): Position {
  const { wordsPerEpoch, lossByEpoch, predictionsByEpoch } = totals;
  return { ...position, wordsPerEpoch, lossByEpoch, predictionsByEpoch };
}

/** A job that begins at a place. */
function goingOn(job: TrainingJob, position: Position): TrainingJob {
  const from = {
    ...{ nextChunk: numberIn(position, 'nextChunk'), words: numberIn(position, 'words') },
    ...{ open: arrayIn(position, 'open'), lossByEpoch: arrayIn(position, 'lossByEpoch') },
    predictionsByEpoch: arrayIn(position, 'predictionsByEpoch'),
  };
  return { ...job, wordsPerEpoch: numberIn(position, 'wordsPerEpoch'), from };
}

function weightsOfJob({ input, output }: TrainingJob): Weights {
  return weightsOf({ input, output });
}

function watched({ options: { epochs, learningRate }, unit, checkpoints }: RunContext): Watched {
  return { unit, epochs, learningRate, since: checkpoints?.started ?? performance.now() };
}

function meanLosses({ lossByEpoch, predictionsByEpoch }: TrainingTotals): number[] {
  return Array.from(lossByEpoch, (loss, epoch) => loss / (predictionsByEpoch[epoch]! || 1));
}
