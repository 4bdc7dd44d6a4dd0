import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { stepJobId } from '../../../src/distributed/bullmq/jobs.js';
import { skipWithoutOpenssl, skipWithoutRedis } from '../../support/redis.js';
import { doneAgain, FakeScene, SILENT } from './fake-scene.js';

describe('the Redis server of runs', { skip: skipWithoutRedis }, () => {
  let scene: FakeScene;
  afterEach(() => scene.close());

  test('holds a bounded number of small keys, however many rounds, and nothing of what is read', async () => {
    scene = await FakeScene.open();
    scene.work();
    const sizes: { keys: number; largest: number }[] = [];
    for (const epochs of [4, 40]) {
      const run = `rounds-${epochs}`;
      const fake = await scene.fakeRun(run, { shards: 3, epochs });
      await scene.until(await scene.queues.submit(run), 'completed');
      assert.equal((await fake.done()).get(`average-${epochs - 1}`), 1);
      const dump = [...(await scene.server.dump())];
      const ofRun = dump.filter(([key]) => key.includes(run));
      sizes.push({ keys: ofRun.length, largest: Math.max(...ofRun.map(([, value]) => value.length)) });
      for (const [key, value] of dump) {
        assert.doesNotMatch(key + value, /secret corpus/);
        // Events are bounded by number, about.
        assert.ok(value.length < (key.endsWith(':events') ? 400_000 : 2_000), `${key}: ${value}`);
      }
    }
    assert.equal(sizes[1]!.keys, sizes[0]!.keys);
    // Numbers of two digits where there were one.
    assert.ok(sizes[1]!.largest <= sizes[0]!.largest + 40, JSON.stringify(sizes));
  });

  test('may want a password and speak TLS, and has neither among its keys', {
    skip: skipWithoutOpenssl,
  }, async () => {
    scene = await FakeScene.open({ password: 'open sesame', tls: true });
    const fake = await scene.fakeRun('secure');
    scene.work();
    await scene.until(await scene.queues.submit('secure'), 'completed');
    assert.ok((await fake.records()).includes('result'));
    for (const [key, value] of await scene.server.dump()) {
      assert.doesNotMatch(key + value, /sesame|CERTIFICATE/);
    }
  });

  test('may be away for a while: workers wait, and go on with what it wrote down', async () => {
    scene = await FakeScene.open({ persistent: true });
    const said: string[] = [];
    const say = (text: string) => said.push(text);
    const fake = await scene.fakeRun('restart', { shards: 2, epochs: 4 }, { 'train-1-0': { takes: 1_500 } });
    scene.work({ log: { ...SILENT, warning: say, note: say }, stalledAfter: 30_000 });
    const submission = await scene.queues.submit('restart');
    await scene.begun(fake, 'train-1-0');
    await scene.server.kill();
    await delay(500);
    await scene.server.begin();
    await scene.until(submission, 'completed');
    assert.deepEqual(await doneAgain(fake), []);
    assert.ok(said.some((line) => / is away; waiting for it$/.test(line)));
    assert.ok(said.some((line) => / is back$/.test(line)));
  });

  test('may have forgotten what it wrote last: a step of an earlier round that is there again stands for no other', async () => {
    scene = await FakeScene.open();
    const fake = await scene.fakeRun('again', { shards: 2, epochs: 3 }, { 'train-0-1': { takes: 1_500 } });
    scene.work();
    const submission = await scene.queues.submit('again');
    await scene.begun(fake, 'train-0-1');
    const call = { kind: 'train', round: 0, shard: 0 } as const;
    const { kind: _, ...place } = call;
    // It would not begin before the test has failed.
    const late = { delay: 3_600_000, jobId: stepJobId(submission, call) };
    const job = await scene.queues.steps.add(call.kind, { ...submission, ...place }, late);
    await scene.until(submission, 'completed');
    assert.equal(await job.getState(), 'delayed');
    assert.deepEqual(await doneAgain(fake), []);
    assert.equal((await fake.done()).get('train-2-0'), 1);
  });

  test('may give out the id of a step that was removed: nothing is done for it, and it goes', async () => {
    scene = await FakeScene.open();
    const fake = await scene.fakeRun('ghost', { shards: 2, epochs: 2 }, { 'train-1-0': { takes: 3_000 } });
    const failed: string[] = [];
    scene.work({ stalledAfter: 1_000, log: { ...SILENT, error: (text) => failed.push(text) } });
    const submission = await scene.queues.submit('ghost');
    await scene.begun(fake, 'train-1-0');
    const client = scene.server.client();
    await client.lpush('bull:wordmill-steps:active', 'ghost~older~train-0-0');
    await scene.until(submission, 'completed');
    const left = async () =>
      [...(await scene.server.dump())]
        .filter(([key, value]) => !key.endsWith(':events') && `${key} ${value}`.includes('ghost~older'))
        .map(([key]) => key);
    for (let tries = 0; tries < 200 && (await left()).length > 0; tries++) await delay(50);
    assert.deepEqual(await left(), []);
    assert.equal(await client.exists('bull:wordmill-steps:failed'), 0);
    client.disconnect();
    assert.deepEqual(failed, []);
  });
});
