import type { Redis } from 'ioredis';
import { PREFIX, RUNS, runJobId, type Submission } from './jobs.js';

/** How a submission ended before its time: by somebody, or by a step that failed. */
export type Ended = 'cancelled' | 'failed';

/** What is kept of a submission besides its jobs. */
export interface Facts {
  readonly ended: Ended | undefined;
  /** How often a step was tried again after an error. */
  readonly retries: number;
  /** How often a job was taken from a worker that had gone silent. */
  readonly stalled: number;
}

/** How long Redis keeps them after the last change, in seconds. */
const KEPT = 7 * 86_400;

/** Facts of submissions that no job can hold, since jobs are removed: one small hash for each. */
export class RunFacts {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Says that nothing of a submission is to be done any more: workers that do stop within a second or two. */
  async end(submission: Submission, how: Ended): Promise<void> {
    const key = keyOf(submission);
    // The first reason is the one that stays.
    await this.#redis.multi().hsetnx(key, 'ended', how).expire(key, KEPT).exec();
  }

  async count(submission: Submission, what: 'retries' | 'stalled'): Promise<void> {
    const key = keyOf(submission);
    await this.#redis.multi().hincrby(key, what, 1).expire(key, KEPT).exec();
  }

  /** Forgets which steps of a run are done: BullMQ would keep the names of all. Its job must wait for none. */
  async forgetDone(submission: Submission): Promise<void> {
    await this.#redis.del(`${PREFIX}:${RUNS}:${runJobId(submission)}:processed`);
  }

  async ended(submission: Submission): Promise<Ended | undefined> {
    return ((await this.#redis.hget(keyOf(submission), 'ended')) ?? undefined) as Ended | undefined;
  }

  async read(submission: Submission): Promise<Facts> {
    const { ended, retries = 0, stalled = 0 } = await this.#redis.hgetall(keyOf(submission));
    return { ended: ended as Ended | undefined, retries: Number(retries), stalled: Number(stalled) };
  }
}

function keyOf({ run, attempt }: Submission): string {
  return `wordmill:run:${run}:${attempt}`;
}
