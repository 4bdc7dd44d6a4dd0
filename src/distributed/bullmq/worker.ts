import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DelayedError,
  FlowProducer,
  type Job,
  type WorkerOptions as QueueWorkerOptions,
  UnrecoverableError,
  Worker,
} from 'bullmq';
import type { Log } from '../../pipeline/log/log.js';
import type { RedisSettings } from '../settings.js';
import type { StepTable } from '../stages.js';
import type { RunStorage } from '../step.js';
import { coordinate } from './coordinator.js';
import { doStep, type Interruption, type StepDoing } from './do-step.js';
import { errorOfJob } from './job-failure.js';
import {
  PREFIX,
  RETRYING,
  type Retrying,
  RUNS,
  type RunData,
  readJobId,
  runDelay,
  STEPS,
  type StepData,
} from './jobs.js';
import { OpenedRuns } from './opened-runs.js';
import { connectRedis, queueConnection } from './redis.js';
import { RunFacts } from './run-facts.js';

/** What a worker is started with. */
export interface WorkerOptions {
  readonly redis: RedisSettings;
  readonly steps: StepTable;
  /** The storage of a run, for one step. */
  storageOf(run: string): RunStorage;
  /** How many steps it does at once. */
  readonly concurrency: number;
  /** Threads of all its steps together. */
  readonly threads: number;
  readonly scratch?: string | undefined;
  readonly log: Log;
  /** Fires when it is to end. */
  readonly signal: AbortSignal;
  /** Milliseconds after which a silent worker's steps are given to others. */
  readonly stalledAfter?: number;
  readonly retrying?: Retrying;
  /** Called once Redis has answered. */
  onReady?(): void;
}

/** A step that a worker does. */
interface RunningStep {
  readonly data: StepData;
  /** Fired where the same job comes again. */
  readonly lost: AbortController;
}

/** How many runs a worker looks after at once; each takes moments. */
const RUNS_AT_ONCE = 8;

/** How often a step may be lost by workers that end or hang before its run fails. */
const MOST_STALLED = 25;

/** How long giving back may take, in milliseconds: less than a process has that is to end. */
const LONGEST_STOP = 4_000;

/** How often a worker looks whether a run was cancelled, in milliseconds. */
const LOOK_INTERVAL = 1_000;

/**
 * Works for all runs of a Redis server until the signal fires; then gives back what it has begun, for others to take at
 * once. While the server is away it waits.
 *
 * @throws WordmillError `unavailable` where the server does not answer at the start.
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { redis, log, signal, concurrency, stalledAfter = 30_000, retrying = RETRYING } = options;
  const client = await connectRedis(redis);
  const facts = new RunFacts(client);
  const runs = new OpenedRuns(options.storageOf);
  const connection = queueConnection(redis);
  const shared: QueueWorkerOptions = {
    ...{ connection, prefix: PREFIX, name: `${hostname()}-${process.pid}`, maxStalledCount: MOST_STALLED },
    lockDuration: stalledAfter,
    stalledInterval: Math.ceil(stalledAfter / 2),
    // Where Redis answers again, at once.
    runRetryDelay: 1_000,
    // For what `requireWhole` refuses; our jobs say themselves how they are kept.
    ...{ removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } },
  };
  const flows = new FlowProducer({ connection, prefix: PREFIX });
  const doing: StepDoing = {
    ...{ steps: options.steps, facts, runs, log, scratch: options.scratch },
    threads: Math.max(1, Math.floor(options.threads / concurrency)),
    isStopping: () => signal.aborted,
  };
  const coordinating = { flows, facts, retrying, runs };
  const running = new Map<string, RunningStep>();
  const stepper = new Worker<StepData>(
    STEPS,
    async (job, token, stop) => {
      requireWhole(job);
      const lost = new AbortController();
      const earlier = running.get(job.id!);
      if (earlier) {
        // It was lost, and comes back before it is left: two at once would unlock each other's job.
        earlier.lost.abort('lost' satisfies Interruption);
        await job.moveToDelayed(Date.now() + LOOK_INTERVAL, token);
        throw new DelayedError();
      }
      running.set(job.id!, { data: job.data, lost });
      try {
        return await doStep(job, token!, AbortSignal.any([stop!, lost.signal]), doing);
      } finally {
        running.delete(job.id!);
      }
    },
    { ...shared, concurrency },
  );
  const coordinator = new Worker<RunData>(
    RUNS,
    (job: Job<RunData>, token) => {
      requireWhole(job);
      return coordinate(job, token!, coordinating);
    },
    {
      ...shared,
      concurrency: RUNS_AT_ONCE,
      settings: { backoffStrategy: runDelay },
    },
  );
  const interrupt = (id: string, why: Interruption) => stepper.cancelJob(id, why);
  watchConnection(client, redis, log);
  flows.on('error', () => {});
  for (const worker of [stepper, coordinator]) {
    worker.on('error', (error) => tellError(error, log));
    worker.on('stalled', (id) => {
      log.warning(`${stepText(id)} was lost by its worker, and is taken by another`);
      facts.count(readJobId(id), 'stalled').catch(() => {});
    });
  }
  coordinator.on('failed', (job, error) => {
    // What ends a run is told to who follows it.
    if (!job || error instanceof UnrecoverableError) return;
    log.warning(`run ${job.data.run} is tried again later: ${errorOfJob(error.message).message}`);
  });
  stepper.on('lockRenewalFailed', (ids) => {
    for (const id of ids) {
      log.warning(`${stepText(id)}: this worker was silent for too long, and another takes it over`);
      interrupt(id, 'lost');
    }
  });
  options.onReady?.();
  const looking = lookForEnded(facts, running, (id) => interrupt(id, 'ended'));
  await fired(signal);
  clearInterval(looking);
  stepper.cancelAllJobs('stopping' satisfies Interruption);
  const close = async (): Promise<true> => {
    await Promise.all([stepper.close(), coordinator.close()]);
    // Once closed it adds nothing and says nothing, so that a run would come to its end with its steps not done.
    await flows.close();
    return true;
  };
  const closed = close();
  const late = delay(LONGEST_STOP, false, { ref: false });
  if (!(await Promise.race([closed, late]))) {
    log.warning(
      'what it had begun cannot be given back: others take it when this worker has been silent for long',
    );
  }
  client.disconnect();
}

/** Looks now and then whether runs that steps are done for have ended meanwhile. */
function lookForEnded(
  facts: RunFacts,
  running: ReadonlyMap<string, RunningStep>,
  interrupt: (id: string) => void,
): NodeJS.Timeout {
  let looks = false;
  const look = async (): Promise<void> => {
    for (const [id, { data }] of [...running]) {
      if ((await facts.ended(data)) !== undefined) interrupt(id);
    }
  };
  return setInterval(() => {
    // While Redis is away commands wait.
    if (looks) return;
    looks = true;
    look()
      .catch(() => {})
      .finally(() => {
        looks = false;
      });
  }, LOOK_INTERVAL);
}

function watchConnection(
  client: Awaited<ReturnType<typeof connectRedis>>,
  { shown }: RedisSettings,
  log: Log,
): void {
  let away = false;
  client.on('close', () => {
    if (away || client.status === 'end') return;
    away = true;
    log.warning(`the Redis server ${shown} is away; waiting for it`);
  });
  client.on('ready', () => {
    if (away) log.note(`the Redis server ${shown} is back`);
    away = false;
  });
}

/** Errors of BullMQ's own loops: those of the connection, and of locks that were lost, are told elsewhere. */
function tellError(error: Error & { code?: string }, log: Log): void {
  const { message, code } = error;
  if (/^E[A-Z]+$/.test(code ?? '') || /connection is closed|lock|missing key for job/i.test(message)) return;
  log.warning(`BullMQ: ${message}`);
}

/**
 * Refuses what is left of a job that was removed: where Redis was started again without what it wrote last, BullMQ may give
 * out its id once more.
 */
function requireWhole({ data }: Job<Partial<RunData>>): void {
  if (data?.run === undefined) throw new UnrecoverableError('this job is no more');
}

function stepText(id: string): string {
  const { run, step } = readJobId(id);
  return `${step ?? 'the job'} of run ${run}`;
}

function fired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
