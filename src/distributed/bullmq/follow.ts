import { setTimeout as delay } from 'node:timers/promises';
import { throwIfAborted, WordmillError } from '../../core/errors.js';
import type { Report } from '../../core/report.js';
import { averageSchema, resultSchema, type VocabularyRecord, vocabularySchema } from '../records.js';
import { reportText } from '../report-text.js';
import type { StepContext } from '../step.js';
import { cancelRun } from './cancel.js';
import { errorOfJob } from './job-failure.js';
import type { Submission } from './jobs.js';
import { progressOf } from './run-progress.js';
import type { RunQueues } from './run-queues.js';
import { type RunStatus, statusOf, workersOf } from './status.js';

/** How often one looks at a run that nobody has begun before one looks for workers. */
const LOOKS_BEFORE_WORKERS = 6;

/** How a run is followed. */
export interface Following {
  /** The run, with the signal that cancels it. */
  readonly context: StepContext;
  /** Told of the progress of all machines together. */
  readonly report: Report;
  /** Called once the vocabulary is there; what it throws ends the run. */
  onVocabulary(record: VocabularyRecord): Promise<void>;
  /** Milliseconds between looks. */
  readonly interval?: number;
}

/** What a run took. */
export interface Took {
  /** Of training, as far as this submission did it. */
  readonly seconds: number;
}

/** How often one looks how a run stands, in milliseconds. */
const INTERVAL = 500;

/**
 * Submits a run whose plan is in storage, or finds it submitted, and follows it to its result. While Redis is away it
 * waits; where Redis has lost the run it is submitted again. Cancelled by the signal, or where anything here fails, the run
 * is cancelled: workers stop.
 *
 * @throws WordmillError of the step that failed, its shard named; `tryAgain` where somebody else has cancelled the run; the
 * abort error when the signal fires.
 */
export async function followRun(queues: RunQueues, following: Following): Promise<Took> {
  const { storage, signal } = following.context;
  // Of a run that came to its end while nobody followed it there is nothing to do, whether there are workers or not.
  if (await storage.read('result', resultSchema, signal)) {
    await tellText(following);
    return { seconds: 0 };
  }
  const follower = new Follower(queues, await queues.submit(storage.run), following);
  try {
    return await follower.toItsEnd();
  } catch (error) {
    if (!follower.hasEnded) await cancel(queues, follower.submission, following.report);
    throw error;
  }
}

async function cancel(queues: RunQueues, submission: Submission, report: Report): Promise<void> {
  const gone = await cancelRun(queues, submission).catch(() => undefined);
  const { run } = submission;
  if (gone === undefined) {
    report.warn(
      'not cancelled',
      `Redis is away, so that run ${run} goes on: cancel it by wordmill status ${run} --cancel`,
    );
  } else if (!gone) {
    report.warn('not cancelled', `some workers of run ${run} do not answer; their steps end when they do`);
  }
}

/** Tells what reading the text came to, once it has been read; undefined before. */
async function tellText({ context, report, onVocabulary }: Following): Promise<VocabularyRecord | undefined> {
  const record = await context.storage.read('vocabulary', vocabularySchema, context.signal);
  if (!record) return undefined;
  await reportText(context, report);
  await onVocabulary(record);
  return record;
}

class Follower {
  readonly #queues: RunQueues;
  readonly #following: Following;
  submission: Submission;
  /** Whether the run has come to an end of its own. */
  hasEnded = false;
  #vocabulary: VocabularyRecord | undefined;
  #loss: { readonly round: number; readonly mean: number } | undefined;
  #isAway = false;
  #began: number | undefined;
  #error: WordmillError | undefined;
  #looks = 0;

  constructor(queues: RunQueues, submission: Submission, following: Following) {
    this.#queues = queues;
    this.submission = submission;
    this.#following = following;
  }

  async toItsEnd(): Promise<Took> {
    const { context, interval = INTERVAL } = this.#following;
    for (;;) {
      throwIfAborted(context.signal);
      if (await this.#isDone()) {
        await this.#knowText();
        const now = Date.now();
        return { seconds: (now - (this.#began ?? now)) / 1000 };
      }
      await delay(interval, undefined, { signal: context.signal }).catch(() => {});
    }
  }

  async #isDone(): Promise<boolean> {
    const status = await this.#look();
    switch (status?.state) {
      case 'done':
        return true;
      case 'failed':
      case 'cancelled':
        this.hasEnded = true;
        throw this.#error ?? cancelled(status.run);
      case 'running':
        await this.#tell(status);
        return false;
      case 'waiting':
        await this.#tellWhyItWaits(status);
        return false;
      default:
        return false;
    }
  }

  /** Says once why a worker could not begin, or that nobody is there to work. */
  async #tellWhyItWaits({ error }: RunStatus): Promise<void> {
    if (error !== undefined) this.#following.report.warn('not begun', `a worker could not begin: ${error}`);
    if (this.#looks++ !== LOOKS_BEFORE_WORKERS) return;
    const workers = await workersOf(this.#queues).catch(() => undefined);
    if (workers?.length !== 0) return;
    const { shown } = this.#queues.redis;
    this.#following.report.warn(
      'no workers',
      `no worker is there yet: start some with wordmill worker, for ${shown}`,
    );
  }

  /** How the run stands; undefined while Redis is away, or has just been told of the run again. */
  async #look(): Promise<RunStatus | undefined> {
    const { report, context } = this.#following;
    const { run } = this.submission;
    try {
      const job = await this.#queues.job(this.submission);
      if (job) {
        this.#began = job.data.training?.since ?? this.#began;
        const status = await statusOf(this.#queues, job);
        if (status.state === 'failed') this.#error = await this.#errorOfRun();
        if (this.#isAway) report.note(`the Redis server ${this.#queues.redis.shown} is back`);
        this.#isAway = false;
        return status;
      }
      if ((await this.#queues.facts.ended(this.submission)) === 'cancelled') {
        this.hasEnded = true;
        throw cancelled(run);
      }
      if (await context.storage.read('result', resultSchema, context.signal)) return await this.#finished();
      report.warn(
        'lost by Redis',
        `Redis has lost run ${run}, and is told of it again; what is done stays done`,
      );
      this.submission = await this.#queues.submit(run);
      return undefined;
    } catch (error) {
      if (error instanceof WordmillError || isDefect(error)) throw error;
      if (!this.#isAway) report.note(`the Redis server ${this.#queues.redis.shown} is away; waiting for it`);
      this.#isAway = true;
      return undefined;
    }
  }

  /** Of a run that has its result, and whose job is forgotten. */
  async #finished(): Promise<RunStatus> {
    const { run } = this.submission;
    return { run, state: 'done', retries: 0, stalled: 0, running: [], submitted: '' };
  }

  async #errorOfRun(): Promise<WordmillError> {
    // Read again: it may have failed after it was read.
    const job = await this.#queues.job(this.submission);
    return errorOfJob(job?.failedReason);
  }

  async #tell(status: RunStatus): Promise<void> {
    const { context, report } = this.#following;
    const beforeVocabulary = status.stage === 'ingest' || status.stage === 'vocabulary';
    if (!beforeVocabulary) await this.#knowText();
    await this.#knowLoss(status);
    const known = { plan: context.plan, vocabulary: this.#vocabulary, loss: this.#loss?.mean };
    const progress = progressOf(status, known);
    if (progress) report.progress(progress);
  }

  /** What is known once the text has been read, told once. */
  async #knowText(): Promise<void> {
    this.#vocabulary ??= await tellText(this.#following);
  }

  /** The loss of the last round that has been averaged. */
  async #knowLoss({ stage, roundsDone = 0 }: RunStatus): Promise<void> {
    const round = roundsDone - 1;
    if (stage !== 'round' || round < 0 || this.#loss?.round === round) return;
    const { storage, signal } = this.#following.context;
    const average = await storage.read(`average-${round}`, averageSchema, signal);
    if (average && average.predictions > 0) {
      this.#loss = { round, mean: average.loss / average.predictions };
    }
  }
}

/** Whether an error is one of ours in the code, and none that a server's absence makes. */
function isDefect(error: unknown): boolean {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
}

function cancelled(run: string): WordmillError {
  return new WordmillError('tryAgain', `run ${run} was cancelled`, {
    hint: 'Run the same command with --resume to go on from what is done.',
  });
}
