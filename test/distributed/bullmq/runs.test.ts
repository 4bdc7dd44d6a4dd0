import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cancelRun } from '../../../src/distributed/bullmq/cancel.js';
import { errorOfJob } from '../../../src/distributed/bullmq/job-failure.js';
import type { Submission } from '../../../src/distributed/bullmq/jobs.js';
import { RunQueues } from '../../../src/distributed/bullmq/run-queues.js';
import { statusOf, workersOf } from '../../../src/distributed/bullmq/status.js';
import { runWorker, type WorkerOptions } from '../../../src/distributed/bullmq/worker.js';
import { RedisServer, skipWithoutOpenssl, skipWithoutRedis } from '../../support/redis.js';
import { FakeRun, fakeSteps, fakeStorage } from './fake-run.js';

const SILENT = { progress() {}, warning() {}, note() {}, error() {}, close() {} };

describe('runs on BullMQ', { skip: skipWithoutRedis }, () => {
  let server: RedisServer;
  let folder: string;
  let queues: RunQueues;
  let workers: { stop: AbortController; ended: Promise<void> }[] = [];
  before(async () => {
    server = await RedisServer.start();
    queues = await RunQueues.connect(server.settings);
  });
  after(async () => {
    await queues?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wordmill-fake-'));
  });
  afterEach(async () => {
    await stopWorkers();
    const client = server.client();
    await client.flushall();
    client.disconnect();
    await rm(folder, { recursive: true, force: true });
  });

  const work = (options: Partial<WorkerOptions> = {}) => {
    const stop = new AbortController();
    const ended = runWorker({
      redis: server.settings,
      ...{ steps: fakeSteps(folder), storageOf: (run: string) => fakeStorage(folder, run) },
      ...{ concurrency: 2, threads: 2, log: SILENT, signal: stop.signal },
      ...{ stalledAfter: 2_000, retrying: { attempts: 3, delay: 20 } },
      ...options,
    });
    workers.push({ stop, ended });
    return { stop, ended };
  };
  const stopWorkers = async () => {
    for (const { stop } of workers) stop.abort();
    await Promise.all(workers.map(({ ended }) => ended));
    workers = [];
  };
  const fakeRun = async (run: string, ...plan: Parameters<FakeRun['plan']>) => {
    const fake = new FakeRun(folder, run);
    await fake.plan(...plan);
    return fake;
  };
  /** Waits until the job of a submission has one of these states, or is gone. */
  const until = async (submission: Submission, ...states: string[]) => {
    for (let tries = 0; tries < 600; tries++) {
      const job = await queues.job(submission);
      const state = job ? await job.getState() : 'gone';
      if (states.includes(state)) return { job: (await queues.job(submission))!, state };
      await delay(25);
    }
    throw new Error(`the run never came to be ${states.join(' or ')}`);
  };

  test('do every step once, one stage after the other, and averages after all of their shards', async () => {
    const fake = await fakeRun('one', { shards: 3, epochs: 2, roundsPerEpoch: 2 });
    work();
    const submission = await queues.submit('one');
    await until(submission, 'completed');
    const order = (await fake.executions())
      .filter(({ event }) => event === 'wrote')
      .map(({ record }) => record);
    assert.equal(new Set(order).size, order.length);
    const stages = order.map((record) => record.replace(/(ingest|encode)-\d+|(train-\d+)-\d+/, '$1$2'));
    const each = (stage: string) => [stage, stage, stage];
    const rounds = [0, 1, 2, 3].flatMap((round) => [...each(`train-${round}`), `average-${round}`]);
    assert.deepEqual(stages, [...each('ingest'), 'vocabulary', ...each('encode'), ...rounds, 'result']);
    const status = await statusOf(queues, (await queues.job(submission))!);
    assert.equal(status.state, 'done');
    assert.deepEqual([status.rounds, status.roundsDone, status.retries, status.stalled], [4, 4, 0, 0]);
  });

  test('of GloVe count cells, merge them and train once', async () => {
    const fake = await fakeRun('glove', { shards: 2, model: 'glove' });
    work();
    await until(await queues.submit('glove'), 'completed');
    const order = (await fake.executions())
      .filter(({ event }) => event === 'wrote')
      .map(({ record }) => record);
    assert.deepEqual(order.slice(-2), ['cells', 'result']);
    assert.deepEqual(order.slice(-4, -2).sort(), ['cells-0', 'cells-1']);
    assert.equal(order.length, 2 + 1 + 2 + 2 + 1 + 1);
  });

  test('try a step again that failed, and count it', async () => {
    const fake = await fakeRun('again', {}, { 'train-1-2': { fails: 1 }, 'ingest-0': { fails: 2 } });
    work();
    const submission = await queues.submit('again');
    await until(submission, 'completed');
    assert.equal((await queues.facts.read(submission)).retries, 3);
    assert.deepEqual(
      [...(await fake.done()).values()].filter((times) => times !== 1),
      [],
    );
  });

  test('fail with the error of the step that failed for good, its shard named, and leave no jobs of it', async () => {
    for (const [record, kind, told] of [
      [
        'train-1-2',
        'inputOutput',
        /^training shard 2 in round 1: no luck with train-1-2\n {2}Try something else\.$/,
      ],
      ['ingest-1', 'outOfMemory', /^reading shard 1: no luck/],
      ['average-0', 'unavailable', /^averaging round 0: no luck/],
      ['vocabulary', 'noInput', /^making the vocabulary: no luck/],
    ] as const) {
      const fake = await fakeRun(
        record,
        { shards: 5 },
        {
          [record]: { fails: 99, kind },
          'train-1-4': { takes: 60_000 },
        },
      );
      work({ concurrency: 2 });
      const submission = await queues.submit(record);
      const { job } = await until(submission, 'failed');
      const error = errorOfJob(job.failedReason);
      assert.equal(error.kind, kind);
      assert.match(error.message, told);
      const failures = (await fake.executions()).filter(({ event }) => event === 'failed');
      assert.equal(failures.length, 3);
      const status = await statusOf(queues, job);
      assert.deepEqual([status.state, status.error, status.retries], ['failed', error.message, 2]);
      // What was under way for it is left within a second or two.
      for (let tries = 0; (await leftOf(record)).length > 0; tries++) {
        assert.ok(tries < 400, `still there: ${await leftOf(record)}`);
        await delay(25);
      }
      await stopWorkers();
    }
  });

  test('do not try again what would fail wherever and whenever', async () => {
    const fake = await fakeRun('lasting', {}, { 'encode-1': { fails: 99, kind: 'data' } });
    work();
    const { job } = await until(await queues.submit('lasting'), 'failed');
    assert.equal(errorOfJob(job.failedReason).exitCode, 65);
    assert.equal((await fake.executions()).filter(({ event }) => event === 'failed').length, 1);
  });

  test('stop within seconds when they are cancelled, are gone from Redis, and go on from their records', async () => {
    const slow = { 'train-1-0': { takes: 60_000 }, 'train-1-1': { takes: 60_000 } };
    const fake = await fakeRun('stop', { shards: 4, epochs: 3 }, slow);
    work();
    const submission = await queues.submit('stop');
    await begun(fake, 'train-1-0');
    const began = performance.now();
    assert.equal(await cancelRun(queues, submission), true);
    // Two seconds, and slack for a machine that is busy.
    assert.ok(performance.now() - began < 10_000);
    assert.equal(await queues.job(submission), undefined);
    assert.deepEqual(await leftOf('stop'), []);
    const records = await fake.records();
    assert.ok(records.includes('average-0') && !records.includes('average-1'));
    const before = await fake.done();
    await fake.behave({});
    const again = await queues.submit('stop');
    assert.notEqual(again.attempt, submission.attempt);
    await until(again, 'completed');
    assert.ok((await fake.records()).includes('result'));
    assert.ok(before.size > 8);
    assert.deepEqual(
      [...(await fake.done()).values()].filter((times) => times !== 1),
      [],
    );
  });

  test('are one where they are submitted twice, while they are under way', async () => {
    await fakeRun('twice', {}, { vocabulary: { takes: 500 } });
    work();
    const submissions = [await queues.submit('twice'), await queues.submit('twice')];
    assert.equal(submissions[0]!.attempt, submissions[1]!.attempt);
    await until(submissions[0]!, 'completed');
  });

  test('share workers with other runs', async () => {
    const fakes = await Promise.all([
      fakeRun('first', { shards: 4 }),
      fakeRun('second', { shards: 2, epochs: 5 }),
    ]);
    work();
    work();
    const submissions = await Promise.all([queues.submit('first'), queues.submit('second')]);
    for (const submission of submissions) await until(submission, 'completed');
    for (const fake of fakes) {
      assert.ok((await fake.records()).includes('result'));
      assert.deepEqual(
        [...(await fake.done()).values()].filter((times) => times !== 1),
        [],
      );
    }
  });

  test('are given back by a worker that ends, and taken by another at once', async () => {
    const fake = await fakeRun('handed', { shards: 1, epochs: 1 }, { 'train-0-0': { takes: 2_000 } });
    // Were it to wait until the lock runs out, this would take an hour.
    const first = work({ stalledAfter: 3_600_000 });
    const submission = await queues.submit('handed');
    await begun(fake, 'train-0-0');
    first.stop.abort();
    await first.ended;
    work({ stalledAfter: 3_600_000 });
    await until(submission, 'completed');
    const events = (await fake.executions()).filter(({ record }) => record === 'train-0-0');
    assert.deepEqual(
      events.map(({ event }) => event),
      ['began', 'aborted', 'began', 'wrote'],
    );
    const { retries, stalled } = await queues.facts.read(submission);
    assert.deepEqual([retries, stalled], [0, 0]);
  });

  test('are taken from a worker that hangs, whose lock is lost; what it does afterwards changes nothing', async () => {
    const fake = await fakeRun('hung', { shards: 1, epochs: 2 }, { 'train-0-0': { blocks: 8_000 } });
    const worker = fileURLToPath(new URL('fake-worker.ts', import.meta.url));
    const hanging = spawn(process.execPath, ['--import', 'tsx', worker, folder, '1000', '1'], {
      env: { ...process.env, ...server.environment },
    });
    let said = '';
    hanging.stderr.on('data', (chunk) => {
      said += chunk;
    });
    try {
      const submission = await queues.submit('hung');
      await begun(fake, 'train-0-0');
      work({ stalledAfter: 1_000 });
      await until(submission, 'completed');
      assert.ok((await queues.facts.read(submission)).stalled >= 1);
      // It wakes up, finds that the record is there, or its lock lost, and works on.
      for (let tries = 0; !/silent for too long|"event":"step done"[^\n]*"train"/.test(said); tries++) {
        assert.ok(tries < 800, said);
        await delay(25);
      }
      assert.equal((await fake.done()).get('average-1'), 1);
      hanging.kill('SIGTERM');
      const [code] = await once(hanging, 'exit');
      assert.equal(code, 0, said);
    } finally {
      hanging.kill('SIGKILL');
    }
  });

  test('tell how they stand: the stage, shards, rounds, the pace, who does what', async () => {
    const slow = Object.fromEntries([0, 1, 2, 3].map((shard) => [`train-1-${shard}`, { takes: 60_000 }]));
    const fake = await fakeRun('status', { shards: 4, epochs: 3, roundsPerEpoch: 2 }, slow);
    const submission = await queues.submit('status');
    const waiting = await statusOf(queues, (await queues.job(submission))!);
    assert.deepEqual([waiting.state, waiting.running], ['waiting', []]);
    work();
    await begun(fake, 'train-1-0');
    let status = await statusOf(queues, (await queues.job(submission))!);
    for (let tries = 0; tries < 400 && status.running.some(({ share }) => !share); tries++) {
      await delay(25);
      status = await statusOf(queues, (await queues.job(submission))!);
    }
    assert.deepEqual(
      [status.state, status.stage, status.shards, status.shardsDone, status.rounds, status.roundsDone],
      ['running', 'round', 4, 0, 6, 1],
    );
    assert.equal(status.running.length, 2);
    assert.match(status.running[0]!.step, /^training shard \d in round 1$/);
    assert.match(status.running[0]!.worker, new RegExp(`-${process.pid}$`));
    assert.equal(status.wordsPerSecond, 2_000);
    assert.ok(status.secondsLeft! > 0);
    assert.ok(status.share! > 0 && status.share! < 1);
    assert.equal((await workersOf(queues)).length, 1);
    assert.equal((await queues.find('tatu')).data.run, 'status');
    await assert.rejects(queues.find('other'), { kind: 'noInput' });
    await cancelRun(queues, submission);
  });

  test('hold a bounded number of small keys in Redis, however many rounds, and nothing of what is read', async () => {
    const sizes: { keys: number; largest: number }[] = [];
    for (const epochs of [4, 40]) {
      const fake = await fakeRun(`rounds-${epochs}`, { shards: 3, epochs });
      work();
      await until(await queues.submit(`rounds-${epochs}`), 'completed');
      assert.equal((await fake.done()).get(`average-${epochs - 1}`), 1);
      const dump = await server.dump();
      // Events are bounded by number, about.
      const others = [...dump].filter(([key]) => !key.endsWith(':events'));
      const ofRun = others.filter(([key]) => key.includes(`rounds-${epochs}`));
      sizes.push({ keys: ofRun.length, largest: Math.max(...ofRun.map(([, value]) => value.length)) });
      for (const [key, value] of dump) {
        assert.doesNotMatch(key + value, /secret corpus/);
        assert.ok(value.length < 400_000, key);
      }
      await stopWorkers();
    }
    assert.equal(sizes[1]!.keys, sizes[0]!.keys);
    assert.ok(sizes[1]!.largest <= sizes[0]!.largest + 40, JSON.stringify(sizes));
  });

  test('work with a password over TLS, and neither is in Redis', { skip: skipWithoutOpenssl }, async () => {
    const secure = await RedisServer.start({ password: 'open sesame', tls: true });
    const own = await RunQueues.connect(secure.settings);
    try {
      const fake = await fakeRun('secure');
      work({ redis: secure.settings });
      const submission = await own.submit('secure');
      for (let tries = 0; !(await fake.records()).includes('result'); tries++) {
        assert.ok(tries < 400);
        await delay(25);
      }
      await until2(own, submission);
      for (const [key, value] of await secure.dump()) assert.doesNotMatch(key + value, /sesame|CERTIFICATE/);
    } finally {
      await stopWorkers();
      await own.close();
      await secure.stop();
    }
  });

  test('wait while Redis is away, and go on when it is back with what it wrote down', async () => {
    const durable = await RedisServer.start({ persistent: true });
    const own = await RunQueues.connect(durable.settings);
    const said: string[] = [];
    const log = {
      ...SILENT,
      warning: (text: string) => said.push(text),
      note: (text: string) => said.push(text),
    };
    try {
      const fake = await fakeRun('restart', { shards: 2, epochs: 4 }, { 'train-1-0': { takes: 1_500 } });
      work({ redis: durable.settings, log, stalledAfter: 30_000 });
      const submission = await own.submit('restart');
      await begun(fake, 'train-1-0');
      await durable.kill();
      await delay(500);
      await durable.begin();
      await until2(own, submission);
      assert.deepEqual(
        [...(await fake.done()).values()].filter((times) => times !== 1),
        [],
      );
      assert.ok(said.some((line) => / is away; waiting for it$/.test(line)));
      assert.ok(said.some((line) => / is back$/.test(line)));
    } finally {
      await stopWorkers();
      await own.close();
      await durable.stop();
    }
  });

  /** Waits for the end of a run on another server. */
  async function until2(own: RunQueues, submission: Submission): Promise<void> {
    for (let tries = 0; tries < 800; tries++) {
      const state = await own
        .job(submission)
        .then((job) => job?.getState())
        .catch(() => undefined);
      if (state === 'completed') return;
      await delay(25);
    }
    throw new Error('the run never came to its end');
  }

  /** Waits until a step has begun. */
  async function begun(fake: FakeRun, record: string): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      if ((await fake.executions()).some((execution) => execution.record === record)) return;
      await delay(25);
    }
    throw new Error(`${record} never began`);
  }

  /** Keys of the steps of a run that Redis still has. */
  async function leftOf(run: string): Promise<string[]> {
    const client = server.client();
    const keys = await client.keys(`bull:wordmill-steps:${run}~*`);
    client.disconnect();
    return keys;
  }
});
