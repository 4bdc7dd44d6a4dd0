import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Job } from 'bullmq';
import type { RunData, Submission } from '../../../src/distributed/bullmq/jobs.js';
import { RunQueues } from '../../../src/distributed/bullmq/run-queues.js';
import { runWorker, type WorkerOptions } from '../../../src/distributed/bullmq/worker.js';
import { RedisServer, type RedisServerOptions } from '../../support/redis.js';
import { FakeRun, fakeSteps, fakeStorage } from './fake-run.js';

export const SILENT = { progress() {}, warning() {}, note() {}, error() {}, close() {} };

/** A Redis server, workers of fake steps in this process, and runs for them. */
export class FakeScene {
  readonly server: RedisServer;
  readonly queues: RunQueues;
  readonly folder: string;
  #workers: { readonly stop: AbortController; readonly ended: Promise<void> }[] = [];

  private constructor(server: RedisServer, queues: RunQueues, folder: string) {
    this.server = server;
    this.queues = queues;
    this.folder = folder;
  }

  static async open(options: RedisServerOptions = {}): Promise<FakeScene> {
    const server = await RedisServer.start(options);
    const folder = await mkdtemp(join(tmpdir(), 'wordmill-fake-'));
    return new FakeScene(server, await RunQueues.connect(server.settings), folder);
  }

  /** Starts a worker. */
  work(options: Partial<WorkerOptions> = {}): {
    readonly stop: AbortController;
    readonly ended: Promise<void>;
  } {
    const stop = new AbortController();
    const ended = runWorker({
      redis: this.server.settings,
      ...{ steps: fakeSteps(this.folder), storageOf: (run: string) => fakeStorage(this.folder, run) },
      ...{ concurrency: 2, threads: 2, log: SILENT, signal: stop.signal },
      ...{ stalledAfter: 2_000, retrying: { attempts: 3, delay: 20 } },
      ...options,
    });
    this.#workers.push({ stop, ended });
    return { stop, ended };
  }

  async stopWorkers(): Promise<void> {
    for (const { stop } of this.#workers) stop.abort();
    await Promise.all(this.#workers.map(({ ended }) => ended));
    this.#workers = [];
  }

  /** Plans a run. */
  async fakeRun(run: string, ...plan: Parameters<FakeRun['plan']>): Promise<FakeRun> {
    const fake = new FakeRun(this.folder, run);
    await fake.plan(...plan);
    return fake;
  }

  /** Waits until the job of a submission has one of these states; Redis may be away meanwhile. */
  async until(submission: Submission, ...states: string[]): Promise<Job<RunData>> {
    for (let tries = 0; tries < 1_200; tries++) {
      const job = await this.queues.job(submission).catch(() => undefined);
      const state = await job?.getState().catch(() => undefined);
      if (state !== undefined && states.includes(state)) return (await this.queues.job(submission))!;
      await delay(25);
    }
    throw new Error(`the run never came to be ${states.join(' or ')}`);
  }

  /** Waits until a step has begun. */
  async begun(fake: FakeRun, record: string): Promise<void> {
    for (let tries = 0; tries < 1_200; tries++) {
      if ((await fake.executions()).some((execution) => execution.record === record)) return;
      await delay(25);
    }
    throw new Error(`${record} never began`);
  }

  /** Keys of the steps of a run that Redis still has. */
  async leftOf(run: string): Promise<string[]> {
    const client = this.server.client();
    const keys = await client.keys(`bull:wordmill-steps:${run}~*`);
    client.disconnect();
    return keys;
  }

  async close(): Promise<void> {
    await this.stopWorkers();
    await this.queues.close();
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The steps that were done more than once. */
export async function doneAgain(fake: FakeRun): Promise<string[]> {
  return [...(await fake.done())].filter(([, times]) => times > 1).map(([record]) => record);
}
