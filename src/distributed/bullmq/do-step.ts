import { type Job, UnrecoverableError, WaitingError } from 'bullmq';
import { WordmillError } from '../../core/errors.js';
import type { Progress } from '../../core/report.js';
import { openContext } from '../../core/run.js';
import type { Log } from '../../pipeline/log/log.js';
import { callStep, describeStep, type StepTable } from '../stages.js';
import { failedChild, jobFailure } from './job-failure.js';
import { callOf, type StepData, type StepProgress } from './jobs.js';
import type { OpenedRuns } from './opened-runs.js';
import type { RunFacts } from './run-facts.js';

/** Why a worker leaves a step before it is done. */
export type Interruption =
  /** The worker is to end: another is to take the step. */
  | 'stopping'
  /** The run is cancelled, or has failed. */
  | 'ended'
  /** The worker was silent for so long that another has taken the step. */
  | 'lost';

/** What steps are done with. */
export interface StepDoing {
  readonly steps: StepTable;
  readonly facts: RunFacts;
  readonly runs: OpenedRuns;
  readonly log: Log;
  /** For each step. */
  readonly threads: number;
  /** Where scratch folders are made; the system's temporary folder by default. */
  readonly scratch: string | undefined;
  /** Whether the worker is to end. */
  isStopping(): boolean;
}

/** How often a job is told how far it is, in milliseconds. */
const PROGRESS_INTERVAL = 1_000;

/**
 * Does the step of a job.
 *
 * @param interrupted fires with an `Interruption` as its reason.
 * @throws UnrecoverableError or Error with what `jobFailure` says, for BullMQ; WaitingError where the job was given back.
 */
export async function doStep(
  job: Job<StepData>,
  token: string,
  interrupted: AbortSignal,
  { steps, facts, log, threads, scratch, isStopping, runs }: StepDoing,
): Promise<null> {
  const call = callOf(job);
  const { run, attempt } = job.data;
  const what = `${describeStep(call)} of run ${run}`;
  const giveBack = async (): Promise<never> => {
    await job.moveToWait(token);
    log.note(`gave back ${what}`, { event: 'given back', run, step: call });
    throw new WaitingError();
  };
  if (isStopping()) return giveBack();
  if ((await facts.ended(job.data)) !== undefined) throw new UnrecoverableError(endedText(run));
  const failed = failedChild(await job.getIgnoredChildrenFailures());
  if (failed !== undefined) {
    await job.removeUnprocessedChildren();
    throw new UnrecoverableError(failed);
  }
  const stop = abortable(interrupted, run);
  const opened = openContext({
    signal: stop.signal,
    ...(scratch !== undefined && { scratch }),
    listener: { progress: tellProgress(job), warning: (message) => log.warning(`${what}: ${message}`) },
  });
  const began = performance.now();
  log.note(`began ${what}`, { event: 'step began', run, step: call });
  try {
    const { signal, report, scratchFolder } = opened.context;
    await runs.with(run, signal, ({ storage, plan }) =>
      callStep(steps, { storage, plan, signal, report, threads, scratchFolder }, call),
    );
    const seconds = (performance.now() - began) / 1000;
    log.note(`done ${what}, in ${seconds.toFixed(1)} s`, { event: 'step done', run, step: call, seconds });
    return null;
  } catch (error) {
    const interruption = interrupted.aborted ? (interrupted.reason as Interruption) : undefined;
    if (interruption === 'stopping') return await giveBack();
    if (interruption === 'ended') throw new UnrecoverableError(endedText(run));
    const { text, lasting } = jobFailure(error, call);
    if (interruption === undefined) {
      const again = !lasting && job.attemptsMade + 1 < (job.opts.attempts ?? 1);
      const message = `${what} failed${again ? ' and is tried again' : ''}: ${jobFailure(error).text}`;
      if (again) log.warning(message);
      else log.error(message, { event: 'step failed', run, step: call });
      if (again) await facts.count({ run, attempt }, 'retries');
    }
    throw lasting ? new UnrecoverableError(text) : new Error(text, { cause: error });
  } finally {
    stop.close();
    await opened.close();
  }
}

function endedText(run: string): string {
  return jobFailure(new WordmillError('aborted', `run ${run} was cancelled, or has failed`)).text;
}

/** The signal of a step: its reason is an error that says why. */
function abortable(interrupted: AbortSignal, run: string): { signal: AbortSignal; close(): void } {
  const controller = new AbortController();
  const abort = (): void => {
    const why = {
      stopping: 'the worker ends',
      ended: `run ${run} was cancelled, or has failed`,
      lost: 'this worker was silent for so long that another has taken the step',
    }[interrupted.reason as Interruption];
    controller.abort(new WordmillError('aborted', why));
  };
  if (interrupted.aborted) abort();
  else interrupted.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    close: () => interrupted.removeEventListener('abort', abort),
  };
}

/** Tells a job now and then how far its step has come. */
function tellProgress(job: Job<StepData>): (progress: Progress) => void {
  let told = 0;
  return ({ done, total }) => {
    const now = performance.now();
    if (now - told < PROGRESS_INTERVAL) return;
    told = now;
    const progress: StepProgress =
      total !== undefined && total > 0 ? { share: Math.min(1, done / total) } : {};
    // Nothing depends on it.
    job.updateProgress(progress).catch(() => {});
  };
}
