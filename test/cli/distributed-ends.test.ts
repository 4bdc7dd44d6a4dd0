import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { corpus, DEFINITION, DistributedScene, isTraining } from '../support/distributed-scene.js';
import { skipWithoutRedis } from '../support/redis.js';
import { failingCall, notBuilt } from './helpers.js';

describe('distributed runs that come to other ends', { skip: skipWithoutRedis || notBuilt }, () => {
  let scene: DistributedScene;
  before(async () => {
    scene = await DistributedScene.open(2);
  });
  after(() => scene?.close());

  test('fail with the error of a step, its shard named, and go on once it is mended', async () => {
    const job = await scene.define('broken', { source: { files: ['corpus.txt', 'more.txt'] } });
    await writeFile(join(scene.folder, 'more.txt'), corpus(2_000));
    // A worker that stands still does not read before the file is gone.
    for (const { process } of scene.workers) process.kill('SIGSTOP');
    const { ended, said } = scene.follow(job);
    for (let tries = 0; !/3 shards/.test(said()) && tries < 400; tries++) await delay(25);
    await rename(join(scene.folder, 'more.txt'), join(scene.folder, 'aside'));
    for (const { process } of scene.workers) process.kill('SIGCONT');
    const code = await ended;
    assert.equal(code, 66, said());
    assert.match(said(), /wordmill: reading shard [12]: .*more\.txt/);
    const status = await scene.statusOf('broken');
    assert.equal(status.state, 'failed');
    assert.match(status.error, /^reading shard [12]: /);
    assert.ok(!existsSync(join(scene.folder, 'out/broken.txt')));
    await rename(join(scene.folder, 'aside'), join(scene.folder, 'more.txt'));
    const again = await scene.command(['run', job, '--executor', 'bullmq', '--resume', '--no-report']);
    assert.equal(again.code, 0, again.stderr);
    assert.match(await scene.text('out/broken.words'), /^zebra/);
  });

  test('come to their end without the process that followed them, which fetches what they gave when no worker is there', async () => {
    const job = await scene.define('alone', { train: { ...DEFINITION.train, epochs: 6 } });
    const { child, ended } = scene.follow(job);
    await scene.untilWorker('alone', isTraining);
    child.kill('SIGKILL');
    await ended;
    for (let tries = 0; (await scene.statusOf('alone')).state !== 'done'; tries++) assert.ok(tries < 100);
    for (const worker of scene.workers) assert.equal(await worker.stop(), 0);
    const { code, stderr } = await scene.command(['run', job, '--executor', 'bullmq', '--resume']);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /going on with run .*[\s\S]*vocabulary: 160 words[\s\S]*evaluated: pairs/);
    assert.match(await scene.text('out/alone.words'), /^zebra/);
  });

  test('need a Redis server and a storage that can be reached, and say so', async () => {
    const nowhere = { ...scene.env, WORDMILL_REDIS: 'redis://someone:hunter2@127.0.0.1:1' };
    const job = await scene.define('nowhere');
    for (const args of [['run', job, '--executor', 'bullmq'], ['worker'], ['status']]) {
      const { code, stderr } = await scene.command(args, nowhere);
      assert.equal(code, 69, stderr);
      assert.match(stderr, /the Redis server redis:\/\/127\.0\.0\.1:1 cannot be used/);
      assert.doesNotMatch(stderr, /hunter2|someone/);
    }
    for (const args of [['run', job, '--executor', 'bullmq'], ['worker']]) {
      const { code, stderr } = await scene.command([...args, '--storage', '/nowhere/shared']);
      assert.equal(code, 73, stderr);
      assert.match(stderr, /\/nowhere\/?\S*: the folder that storage is to be in does not exist/);
    }
    // A password in the address is not kept with the run either.
    await scene.command(['run', job, '--executor', 'bullmq', `--redis=${nowhere.WORDMILL_REDIS}`]);
    const manifest = await scene.text(`runs/${await scene.runOf('nowhere')}/manifest.json`);
    assert.match(manifest, /--redis=/);
    assert.doesNotMatch(manifest, /hunter2|someone/);
    const stdin = join(scene.folder, await scene.define('stdin', { source: { stdin: true } }));
    const place = ['--redis', 'redis://x', '--storage', 'y'];
    for (const [args, problem] of [
      [['run', job, '--shards', '2'], /--shards: has no effect without --executor bullmq/],
      [['run', job, '--executor', 'cluster'], /must be one of local, bullmq/],
      [['check', stdin, '--executor', 'bullmq'], /source.stdin: is read once/],
      [['status', '--cancel', '--redis', 'redis://x'], /--cancel: needs a run/],
      [['worker', ...place, '--concurrency', '0'], /--concurrency: must be a whole number/],
      [['worker', ...place, '--stalled-after', '1ms'], /--stalled-after: must be/],
    ] as const) {
      const { code, stderr } = await failingCall(args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, problem);
    }
  });
});
