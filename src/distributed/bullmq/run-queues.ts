import { type Job, Queue } from 'bullmq';
import { WordmillError } from '../../core/errors.js';
import type { RedisSettings } from '../settings.js';
import {
  EVENTS,
  PREFIX,
  RUNS,
  type RunData,
  runJobId,
  runJobOptions,
  STEPS,
  type StepData,
  type Submission,
} from './jobs.js';
import { connectRedis, queueConnection } from './redis.js';
import { RunFacts } from './run-facts.js';

/** States of a run's job that has not come to its end. */
const UNFINISHED = ['active', 'waiting', 'delayed', 'waiting-children', 'prioritized'] as const;

/** The runs and steps of a Redis server, for those who submit, follow and look. */
export class RunQueues {
  readonly redis: RedisSettings;
  readonly runs: Queue<RunData>;
  readonly steps: Queue<StepData>;
  readonly facts: RunFacts;
  readonly #client: Awaited<ReturnType<typeof connectRedis>>;

  private constructor(redis: RedisSettings, client: Awaited<ReturnType<typeof connectRedis>>) {
    this.redis = redis;
    this.#client = client;
    this.facts = new RunFacts(client);
    const options = { connection: queueConnection(redis, RETRIES), prefix: PREFIX, streams: EVENTS };
    this.runs = new Queue(RUNS, options);
    this.steps = new Queue(STEPS, options);
    // Commands tell of what went wrong.
    for (const emitter of [this.runs, this.steps]) emitter.on('error', () => {});
  }

  /** @throws WordmillError `unavailable` where the server does not answer. */
  static async connect(redis: RedisSettings): Promise<RunQueues> {
    const client = await connectRedis(redis, RETRIES);
    return new RunQueues(redis, client);
  }

  /**
   * Submits a run whose plan is in storage; where it is submitted already and has not come to its end, that submission
   * is given.
   */
  async submit(run: string): Promise<Submission> {
    const jobs = await this.unfinished();
    const standing = jobs.find(({ data }) => data.run === run);
    if (standing) return submissionOf(standing);
    const submission = { run, attempt: Date.now().toString(36) };
    await this.runs.add('run', submission, runJobOptions(submission));
    return submission;
  }

  /** The jobs of runs that have not come to their end. */
  async unfinished(): Promise<Job<RunData>[]> {
    return this.#jobs([...UNFINISHED]);
  }

  /** The jobs of all runs that Redis remembers, the newest first. */
  async all(): Promise<Job<RunData>[]> {
    const jobs = await this.#jobs([...UNFINISHED, 'completed', 'failed']);
    return jobs.sort((a, b) => b.timestamp - a.timestamp);
  }

  /** The job of a submission; undefined where it was removed. */
  job(submission: Submission): Promise<Job<RunData> | undefined> {
    return this.runs.getJob(runJobId(submission));
  }

  /**
   * The newest submission of a run.
   *
   * @param name its ID or a part of it, or `latest`
   * @throws WordmillError `noInput` where there is none; `usage` where several runs have that part.
   */
  async find(name: string): Promise<Job<RunData>> {
    const jobs = await this.all();
    const exact = jobs.find(({ data }) => name === 'latest' || data.run === name);
    if (exact) return exact;
    const matching = jobs.filter(({ data }) => data.run.includes(name));
    const [first] = matching;
    const runs = [...new Set(matching.map(({ data }) => data.run))];
    if (first && runs.length === 1) return first;
    if (first) {
      throw new WordmillError(
        'usage',
        `several runs have '${name}' in their IDs: ${runs.slice(0, 5).join(', ')}`,
      );
    }
    throw new WordmillError('noInput', `the Redis server ${this.redis.shown} knows no run '${name}'`, {
      hint: 'wordmill status lists the runs that it knows; it forgets them a week after their end, or when they are cancelled.',
    });
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.runs.close(), this.steps.close()]);
    this.#client.disconnect();
  }

  async #jobs(states: Parameters<Queue['getJobs']>[0]): Promise<Job<RunData>[]> {
    // A job that is removed meanwhile is none.
    return ((await this.runs.getJobs(states)) as (Job<RunData> | undefined)[]).filter(
      (job) => job !== undefined,
    );
  }
}

/** How often a command is sent again before it fails: who follows is told soon that Redis is away. */
const RETRIES = 1;

/** Which submission a job is of. */
export function submissionOf({ data: { run, attempt } }: Job<RunData>): Submission {
  return { run, attempt };
}
