import type { JobsOptions } from 'bullmq';
import type { RunShape, Stage, StepCall, StepKind } from '../stages.js';

/** The queue of runs: a job for each, which adds the steps of one stage after another. */
export const RUNS = 'wordmill-runs';

/** The queue of steps: ingest, train, average …. */
export const STEPS = 'wordmill-steps';

/** What stands before the names of queues in Redis: BullMQ's own. */
export const PREFIX = 'bull';

/** Events kept in Redis, about: nothing here needs them, dashboards show them. */
export const EVENTS = { events: { maxLen: 1_000 } };

/** Which submission of which run a job belongs to. */
export interface Submission {
  readonly run: string;
  /** Tells the submissions of a run apart. */
  readonly attempt: string;
}

/** The data of a run's job. */
export interface RunData extends Submission {
  /** There once a worker has looked at the plan. */
  readonly shape?: RunShape;
  /** What is under way; absent before the first. */
  readonly stage?: Stage | undefined;
  /** What comes next; absent where nothing does, and before the first stage. */
  readonly next?: Stage | undefined;
  /** How training goes, for its pace and the time that is left. */
  readonly training?: Training;
}

/** When a submission began to train, in milliseconds since 1970, with which round, and the words of each round. */
export interface Training {
  readonly since: number;
  readonly from: number;
  readonly words: number;
}

/** The data of a step's job: its name is the step's kind. */
export interface StepData extends Submission {
  readonly round?: number;
  readonly shard?: number;
}

/** How far a step has come, as its job tells. */
export interface StepProgress {
  /** From 0 to 1, where it is known. */
  readonly share?: number;
}

/** How often, and after what time, steps are tried again. */
export interface Retrying {
  /** How often a step is tried in all. */
  readonly attempts: number;
  /** Before the second time, in milliseconds; twice as long before each that follows. */
  readonly delay: number;
}

export const RETRYING: Retrying = { attempts: 5, delay: 1_000 };

/** Finished runs that Redis remembers: at most so many, and no longer than a week. */
const REMEMBERED = { count: 100, age: 7 * 86_400 };

/** The id of a run's job. */
export function runJobId({ run, attempt }: Submission): string {
  return `${run}~${attempt}`;
}

/**
 * The id of a step's job. The round is a part of it: where Redis was started again without what it wrote last, a job of an
 * earlier round may be there once more, and must not stand for that of another.
 */
export function stepJobId(submission: Submission, { kind, round, shard }: StepCall): string {
  const place = [round, shard].filter((number) => number !== undefined);
  return `${runJobId(submission)}~${[kind, ...place].join('-')}`;
}

/** Which run, and which of its steps, the id of a job is of. */
export function readJobId(id: string): Submission & { readonly step: string | undefined } {
  const [run = '', attempt = '', step] = id.split('~');
  return { run, attempt, step };
}

/** The longest that a run's job waits to be tried again, in milliseconds: what kept it may be over in a minute. */
const LONGEST_DELAY = 30_000;

/** How long a run's job waits after so many tries, in milliseconds. */
export function runDelay(tries: number): number {
  return Math.min(LONGEST_DELAY, 500 * 2 ** (tries - 1)) * (0.75 + Math.random() / 2);
}

/** How a run's job is kept; `runDelay` is for its worker. */
export function runJobOptions(submission: Submission): JobsOptions {
  return {
    jobId: runJobId(submission),
    attempts: 40,
    backoff: { type: 'run' },
    removeOnComplete: REMEMBERED,
    removeOnFail: REMEMBERED,
    stackTraceLimit: 0,
  };
}

/** How a step's job is kept: not at all once it has ended, since the one it belongs to is told. */
export function stepJobOptions(
  submission: Submission,
  call: StepCall,
  { attempts, delay }: Retrying,
): JobsOptions {
  return {
    jobId: stepJobId(submission, call),
    attempts,
    backoff: { type: 'exponential', delay, jitter: 0.5 },
    removeOnComplete: true,
    removeOnFail: true,
    // What waits for it is told at once that it has failed, and why.
    continueParentOnFailure: true,
    stackTraceLimit: 0,
  };
}

/** The step that a job is of. */
export function callOf({ name, data }: { readonly name: string; readonly data: StepData }): StepCall {
  const { round, shard } = data;
  return {
    kind: name as StepKind,
    ...(round !== undefined && { round }),
    ...(shard !== undefined && { shard }),
  };
}
