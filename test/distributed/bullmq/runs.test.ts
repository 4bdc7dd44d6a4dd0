import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { errorOfJob } from '../../../src/distributed/bullmq/job-failure.js';
import { statusOf } from '../../../src/distributed/bullmq/status.js';
import { skipWithoutRedis } from '../../support/redis.js';
import { doneAgain, FakeScene } from './fake-scene.js';

describe('runs on BullMQ', { skip: skipWithoutRedis }, () => {
  let scene: FakeScene;
  beforeEach(async () => {
    scene = await FakeScene.open();
  });
  afterEach(() => scene.close());

  test('do every step once, one stage after the other, and averages after all of their shards', async () => {
    const fake = await scene.fakeRun('one', { shards: 3, epochs: 2, roundsPerEpoch: 2 });
    scene.work();
    const submission = await scene.queues.submit('one');
    await scene.until(submission, 'completed');
    const order = (await fake.executions())
      .filter(({ event }) => event === 'wrote')
      .map(({ record }) => record);
    assert.equal(new Set(order).size, order.length);
    const stages = order.map((record) => record.replace(/(ingest|encode)-\d+|(train-\d+)-\d+/, '$1$2'));
    const each = (stage: string) => [stage, stage, stage];
    const rounds = [0, 1, 2, 3].flatMap((round) => [...each(`train-${round}`), `average-${round}`]);
    assert.deepEqual(stages, [...each('ingest'), 'vocabulary', ...each('encode'), ...rounds, 'result']);
    const status = await statusOf(scene.queues, (await scene.queues.job(submission))!);
    assert.equal(status.state, 'done');
    assert.deepEqual([status.rounds, status.roundsDone, status.retries, status.stalled], [4, 4, 0, 0]);
  });

  test('of GloVe count cells, merge them and train once', async () => {
    const fake = await scene.fakeRun('glove', { shards: 2, model: 'glove' });
    scene.work();
    await scene.until(await scene.queues.submit('glove'), 'completed');
    const order = (await fake.executions())
      .filter(({ event }) => event === 'wrote')
      .map(({ record }) => record);
    assert.deepEqual(order.slice(-2), ['cells', 'result']);
    assert.deepEqual(order.slice(-4, -2).sort(), ['cells-0', 'cells-1']);
    assert.equal(order.length, 2 + 1 + 2 + 2 + 1 + 1);
  });

  test('try a step again that failed, and count it', async () => {
    const fake = await scene.fakeRun('again', {}, { 'train-1-2': { fails: 1 }, 'ingest-0': { fails: 2 } });
    scene.work();
    const submission = await scene.queues.submit('again');
    await scene.until(submission, 'completed');
    assert.equal((await scene.queues.facts.read(submission)).retries, 3);
    assert.deepEqual(await doneAgain(fake), []);
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
      const fake = await scene.fakeRun(
        record,
        { shards: 5 },
        {
          [record]: { fails: 99, kind },
          'train-1-4': { takes: 60_000 },
        },
      );
      scene.work({ concurrency: 2 });
      const submission = await scene.queues.submit(record);
      const job = await scene.until(submission, 'failed');
      const error = errorOfJob(job.failedReason);
      assert.equal(error.kind, kind);
      assert.match(error.message, told);
      const failures = (await fake.executions()).filter(({ event }) => event === 'failed');
      assert.equal(failures.length, 3);
      const status = await statusOf(scene.queues, job);
      assert.deepEqual([status.state, status.error, status.retries], ['failed', error.message, 2]);
      // What was under way for it is left within a second or two.
      for (let tries = 0; (await scene.leftOf(record)).length > 0; tries++) {
        assert.ok(tries < 400, `still there: ${await scene.leftOf(record)}`);
        await delay(25);
      }
      await scene.stopWorkers();
    }
  });

  test('do not try again what would fail wherever and whenever', async () => {
    const fake = await scene.fakeRun('lasting', {}, { 'encode-1': { fails: 99, kind: 'data' } });
    scene.work();
    const job = await scene.until(await scene.queues.submit('lasting'), 'failed');
    assert.equal(errorOfJob(job.failedReason).exitCode, 65);
    assert.equal((await fake.executions()).filter(({ event }) => event === 'failed').length, 1);
  });

  test('are one where they are submitted twice, while they are under way', async () => {
    await scene.fakeRun('twice', {}, { vocabulary: { takes: 500 } });
    scene.work();
    const submissions = [await scene.queues.submit('twice'), await scene.queues.submit('twice')];
    assert.equal(submissions[0]!.attempt, submissions[1]!.attempt);
    await scene.until(submissions[0]!, 'completed');
  });

  test('share workers with other runs', async () => {
    const fakes = await Promise.all([
      scene.fakeRun('first', { shards: 4 }),
      scene.fakeRun('second', { shards: 2, epochs: 5 }),
    ]);
    scene.work();
    scene.work();
    const submissions = await Promise.all([scene.queues.submit('first'), scene.queues.submit('second')]);
    for (const submission of submissions) await scene.until(submission, 'completed');
    for (const fake of fakes) {
      assert.ok((await fake.records()).includes('result'));
      assert.deepEqual(await doneAgain(fake), []);
    }
  });
});
