import type { Job } from 'bullmq';
import { describeStep, type Stage } from '../stages.js';
import { errorOfJob } from './job-failure.js';
import { callOf, type RunData, type StepData, type StepProgress, stepJobId } from './jobs.js';
import { type RunQueues, submissionOf } from './run-queues.js';

/** A step that is being done. */
export interface RunningStep {
  /** In words, such as `training shard 3 in round 5`. */
  readonly step: string;
  /** The machine and process that does it. */
  readonly worker: string;
  /** From 0 to 1, where it is known. */
  readonly share?: number;
}

/** How a run stands. */
export interface RunStatus {
  readonly run: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  /** What is under way: `ingest`, `vocabulary`, `encode`, `round`, `cells`, `merge` or `result`. */
  readonly stage?: Stage['name'];
  readonly shards?: number;
  /** Of the stage that is under way. */
  readonly shardsDone?: number;
  /** How much of the stage that is under way is done, from 0 to 1. */
  readonly share?: number;
  readonly rounds?: number;
  readonly roundsDone?: number;
  readonly roundsPerEpoch?: number;
  /** Of training, on all machines together, since it began. */
  readonly wordsPerSecond?: number;
  /** Of training, at that pace. */
  readonly secondsLeft?: number;
  /** How often steps were tried again after errors. */
  readonly retries: number;
  /** How often steps were taken from workers that had gone silent. */
  readonly stalled: number;
  readonly running: readonly RunningStep[];
  readonly submitted: string;
  /** Why it failed, or why no worker could begin it when one tried last. */
  readonly error?: string;
}

/** How the run of a job stands. */
export async function statusOf(queues: RunQueues, job: Job<RunData>, now = Date.now()): Promise<RunStatus> {
  const { run, shape, stage } = job.data;
  const [state, facts, active] = await Promise.all([
    job.getState(),
    queues.facts.read(submissionOf(job)),
    activeSteps(queues, job),
  ]);
  const { ended, retries, stalled } = facts;
  const base = { run, retries, stalled, submitted: new Date(job.timestamp).toISOString() };
  const numbers = shape && {
    shards: shape.shards,
    ...(!shape.glove && { rounds: shape.rounds, roundsPerEpoch: shape.roundsPerEpoch }),
  };
  if (state === 'completed') {
    const roundsDone = shape && !shape.glove ? { roundsDone: shape.rounds } : {};
    return { ...base, state: 'done', ...numbers, ...roundsDone, running: [] };
  }
  if (ended === 'cancelled') return { ...base, state: 'cancelled', ...numbers, running: [] };
  if (state === 'failed') {
    // It may have failed after the job was read.
    const failed = job.failedReason === undefined ? await queues.job(submissionOf(job)) : job;
    return { ...base, state, ...numbers, running: [], error: errorOfJob(failed?.failedReason).message };
  }
  if (!shape || !stage) {
    const { failedReason } = job;
    const error = failedReason ? { error: errorOfJob(failedReason).message } : {};
    return { ...base, state: 'waiting', ...numbers, running: [], ...error };
  }
  const running = active.map(runningStep);
  const pending = await pendingShards(queues, job, stage);
  const shardsDone = pending === undefined ? undefined : shape.shards - pending;
  const share = pending === undefined ? undefined : shareOf(shape.shards, shardsDone!, running);
  return {
    ...base,
    state: 'running',
    stage: stage.name,
    ...numbers,
    ...(shardsDone !== undefined && { shardsDone, share: share! }),
    ...(stage.name === 'round' && {
      roundsDone: stage.round,
      ...paceOf(job.data, stage.round + share!, now),
    }),
    ...(stage.name === 'result' && !shape.glove && { roundsDone: shape.rounds }),
    running,
  };
}

async function activeSteps(queues: RunQueues, { data }: Job<RunData>): Promise<Job<StepData>[]> {
  const jobs = (await queues.steps.getActive()) as (Job<StepData> | undefined)[];
  return jobs.filter(
    (job) => job !== undefined && job.data.run === data.run && job.data.attempt === data.attempt,
  ) as Job<StepData>[];
}

function runningStep(job: Job<StepData>): RunningStep {
  const { share } = (typeof job.progress === 'object' ? job.progress : {}) as StepProgress;
  return {
    step: describeStep(callOf(job)),
    worker: job.processedBy ?? 'unknown',
    ...(share !== undefined && { share }),
  };
}

/** How many shards of a stage are not done; undefined where a stage is not by shards. */
async function pendingShards(
  queues: RunQueues,
  job: Job<RunData>,
  stage: Stage,
): Promise<number | undefined> {
  if (stage.name === 'vocabulary' || stage.name === 'merge' || stage.name === 'result') return undefined;
  const parent =
    stage.name === 'round'
      ? await queues.steps.getJob(stepJobId(submissionOf(job), { kind: 'average', round: stage.round }))
      : job;
  if (!parent) return 0;
  const { unprocessed = 0 } = await parent.getDependenciesCount({ unprocessed: true });
  return unprocessed;
}

function shareOf(shards: number, done: number, running: readonly RunningStep[]): number {
  const begun = running.reduce((sum, { share = 0 }) => sum + share, 0);
  return Math.min(1, (done + begun) / shards);
}

/** How fast training has gone so far, and the time that it has left at that pace. */
function paceOf(
  { training, shape }: RunData,
  rounds: number,
  now: number,
): Pick<RunStatus, 'wordsPerSecond' | 'secondsLeft'> {
  if (!training || rounds <= training.from) return {};
  const pace = (rounds - training.from) / Math.max(0.001, (now - training.since) / 1000);
  return {
    wordsPerSecond: Math.round(pace * training.words),
    secondsLeft: Math.max(0, shape!.rounds - rounds) / pace,
  };
}

/** The machines and processes that work for a Redis server now. */
export async function workersOf(queues: RunQueues): Promise<string[]> {
  const workers = await queues.steps.getWorkers();
  // BullMQ names a worker's connection after the queue, then itself.
  const names = workers.flatMap(({ rawname = '' }) => /:w:(.+)$/.exec(rawname)?.[1] ?? []);
  return [...new Set(names)].sort();
}
