import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'bullmq';
import { cancelRun } from '../../../src/distributed/bullmq/cancel.js';
import { PREFIX, STEPS } from '../../../src/distributed/bullmq/jobs.js';
import { queueConnection } from '../../../src/distributed/bullmq/redis.js';
import { statusOf, workersOf } from '../../../src/distributed/bullmq/status.js';
import { skipWithoutRedis } from '../../support/redis.js';
import { fakeStorage } from './fake-run.js';
import { doneAgain, FakeScene, SILENT } from './fake-scene.js';

describe('runs on BullMQ that are interrupted', { skip: skipWithoutRedis }, () => {
  let scene: FakeScene;
  beforeEach(async () => {
    scene = await FakeScene.open();
  });
  afterEach(() => scene.close());

  /** A worker as a process of its own, whose steps are lost after a second of silence. */
  const workerProcess = (concurrency: number) => {
    const worker = fileURLToPath(new URL('fake-worker.ts', import.meta.url));
    return spawn(process.execPath, ['--import', 'tsx', worker, scene.folder, '1000', String(concurrency)], {
      env: { ...process.env, ...scene.server.environment },
    });
  };

  test('stop within seconds when they are cancelled, are gone from Redis, and go on from their records', async () => {
    const slow = { 'train-1-0': { takes: 60_000 }, 'train-1-1': { takes: 60_000 } };
    const fake = await scene.fakeRun('stop', { shards: 4, epochs: 3 }, slow);
    scene.work();
    const submission = await scene.queues.submit('stop');
    await scene.begun(fake, 'train-1-0');
    const began = performance.now();
    assert.equal(await cancelRun(scene.queues, submission), true);
    // Two seconds, and slack for a machine that is busy.
    assert.ok(performance.now() - began < 10_000);
    assert.equal(await scene.queues.job(submission), undefined);
    assert.deepEqual(await scene.leftOf('stop'), []);
    const records = await fake.records();
    assert.ok(records.includes('average-0') && !records.includes('average-1'));
    const before = await fake.done();
    await fake.behave({});
    const again = await scene.queues.submit('stop');
    assert.notEqual(again.attempt, submission.attempt);
    await scene.until(again, 'completed');
    assert.ok((await fake.records()).includes('result'));
    assert.ok(before.size > 8);
    assert.deepEqual(await doneAgain(fake), []);
  });

  test('are tried again where their plan cannot be read, and the worker says so', async () => {
    await scene.fakeRun('elsewhere', { shards: 2, epochs: 1 });
    const warnings: string[] = [];
    const log = { ...SILENT, warning: (message: string) => warnings.push(message) };
    scene.work({
      log,
      storageOf: (run) =>
        fakeStorage(warnings.length < 2 ? `${scene.folder}/another-storage` : scene.folder, run),
    });
    const submission = await scene.queues.submit('elsewhere');
    const waiting = await statusOf(scene.queues, await scene.until(submission, 'delayed'));
    assert.equal(waiting.state, 'waiting');
    assert.match(waiting.error!, /the storage has no plan of run elsewhere/);
    await scene.until(submission, 'completed');
    for (const warning of warnings)
      assert.match(warning, /^run elsewhere is tried again later: the storage has no plan of run elsewhere/);
    assert.equal(warnings.length, 2);
  });

  test('go on where a worker ends while it looks what is to be done next', async () => {
    const fake = await scene.fakeRun('looked', { shards: 2, epochs: 2 });
    let looks = false;
    const first = scene.work({
      storageOf: (run) => {
        const storage = fakeStorage(scene.folder, run);
        const read: typeof storage.read = async (name, ...more) => {
          if (name === 'result') {
            looks = true;
            await delay(500);
          }
          return storage.read(name, ...more);
        };
        return Object.assign(Object.create(storage), { read });
      },
    });
    const submission = await scene.queues.submit('looked');
    for (let tries = 0; !looks && tries < 1_200; tries++) await delay(5);
    first.stop.abort();
    await first.ended;
    scene.work();
    await scene.until(submission, 'completed');
    assert.ok((await fake.records()).includes('result'));
    assert.deepEqual(await doneAgain(fake), []);
  });

  test('are given back by a worker that ends, and taken by another at once', async () => {
    const fake = await scene.fakeRun('handed', { shards: 1, epochs: 1 }, { 'train-0-0': { takes: 2_000 } });
    // Were it to wait until the lock runs out, this would take an hour.
    const first = scene.work({ stalledAfter: 3_600_000 });
    const submission = await scene.queues.submit('handed');
    await scene.begun(fake, 'train-0-0');
    first.stop.abort();
    await first.ended;
    scene.work({ stalledAfter: 3_600_000 });
    await scene.until(submission, 'completed');
    const events = (await fake.executions()).filter(({ record }) => record === 'train-0-0');
    assert.deepEqual(
      events.map(({ event }) => event),
      ['began', 'aborted', 'began', 'wrote'],
    );
    const { retries, stalled } = await scene.queues.facts.read(submission);
    assert.deepEqual([retries, stalled], [0, 0]);
  });

  test('are taken from a worker that hangs, whose lock is lost; what it does afterwards changes nothing', async () => {
    const fake = await scene.fakeRun('hung', { shards: 1, epochs: 2 }, { 'train-0-0': { blocks: 8_000 } });
    const hanging = workerProcess(1);
    let said = '';
    hanging.stderr.on('data', (chunk) => {
      said += chunk;
    });
    try {
      const submission = await scene.queues.submit('hung');
      await scene.begun(fake, 'train-0-0');
      scene.work({ stalledAfter: 1_000 });
      await scene.until(submission, 'completed');
      assert.ok((await scene.queues.facts.read(submission)).stalled >= 1);
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

  test('come back to the worker that lost them, which leaves what it did before it begins again', async () => {
    const fake = await scene.fakeRun(
      'back',
      { shards: 1, epochs: 1 },
      { 'train-0-0': { blocks: 5_000, takes: 3_000 } },
    );
    const hanging = workerProcess(2);
    // Nobody else works: it only looks for what is lost.
    const looking = new Worker(STEPS, null, {
      ...{ connection: queueConnection(scene.server.settings), prefix: PREFIX, autorun: false },
      ...{ lockDuration: 1_000, stalledInterval: 500, maxStalledCount: 9 },
    });
    looking.on('error', () => {});
    try {
      const submission = await scene.queues.submit('back');
      await scene.begun(fake, 'train-0-0');
      await looking.startStalledCheckTimer();
      await scene.until(submission, 'completed');
      const events = (await fake.executions()).filter(({ record }) => record === 'train-0-0');
      assert.deepEqual(
        events.map(({ event }) => event),
        ['began', 'aborted', 'began', 'wrote'],
      );
      assert.equal(new Set(events.map(({ process }) => process)).size, 1);
    } finally {
      await looking.close();
      hanging.kill('SIGKILL');
    }
  });

  test('tell how they stand: the stage, shards, rounds, the pace, who does what', async () => {
    const slow = Object.fromEntries([0, 1, 2, 3].map((shard) => [`train-1-${shard}`, { takes: 60_000 }]));
    const fake = await scene.fakeRun('status', { shards: 4, epochs: 3, roundsPerEpoch: 2 }, slow);
    const submission = await scene.queues.submit('status');
    const waiting = await statusOf(scene.queues, (await scene.queues.job(submission))!);
    assert.deepEqual([waiting.state, waiting.running], ['waiting', []]);
    scene.work();
    await scene.begun(fake, 'train-1-0');
    let status = await statusOf(scene.queues, (await scene.queues.job(submission))!);
    for (let tries = 0; tries < 400 && status.running.some(({ share }) => !share); tries++) {
      await delay(25);
      status = await statusOf(scene.queues, (await scene.queues.job(submission))!);
    }
    assert.deepEqual(
      [status.state, status.stage, status.shards, status.shardsDone, status.rounds, status.roundsDone],
      ['running', 'round', 4, 0, 6, 1],
    );
    assert.equal(status.running.length, 2);
    assert.match(status.running[0]!.step, /^training shard \d in round 1$/);
    assert.match(status.running[0]!.worker, new RegExp(`-${process.pid}$`));
    // A round has 500 of the 1000 words of the text; one of six and a bit are done.
    const left = 500 * (6 - 1 - status.share!);
    assert.ok(Math.abs(left / status.secondsLeft! / status.wordsPerSecond! - 1) < 0.05);
    assert.ok(status.share! > 0 && status.share! < 1);
    assert.equal((await workersOf(scene.queues)).length, 1);
    assert.equal((await scene.queues.find('tatu')).data.run, 'status');
    await assert.rejects(scene.queues.find('other'), { kind: 'noInput' });
    await cancelRun(scene.queues, submission);
  });
});
