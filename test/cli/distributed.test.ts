import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DistributedScene } from '../support/distributed-scene.js';
import { MotoServer, skipWithoutMoto } from '../support/moto.js';
import { skipWithoutRedis } from '../support/redis.js';
import { contributionsOf, stepsDone } from '../support/workers.js';
import { notBuilt, wordmill } from './helpers.js';

describe('wordmill run --executor bullmq', { skip: skipWithoutRedis || notBuilt }, () => {
  let scene: DistributedScene;
  before(async () => {
    scene = await DistributedScene.open(2, { password: 'open-sesame' });
  });
  after(() => scene?.close());

  test('gives on two workers what a local run gives: its vocabulary, scores, counts, the folder of the run', async () => {
    const { server, env, workers } = scene;
    const job = await scene.define('whole');
    const { code, stderr } = await scene.command(['run', job, '--executor', 'bullmq']);
    assert.equal(code, 0, stderr);
    // How far reading and training are is told now and then: a run that is fast has ended before.
    assert.match(stderr, /vocabulary: 160 words[\s\S]*evaluated: pairs/);
    assert.match(stderr, /trained: .* \(native, 3 shards\)/);
    const run = await scene.runOf('whole');
    const manifest = JSON.parse(await scene.text(`runs/${run}/manifest.json`));
    assert.equal(manifest.status, 'done');
    assert.equal(manifest.outputs.length, 3);
    assert.ok(existsSync(join(scene.folder, 'out/whole.txt.report.html')));
    const local = await wordmill(['run', job, '--set', 'sinks=[{vocabulary: local.words}]', '--no-report'], {
      cwd: scene.folder,
      env: { WORDMILL_RUNS: join(scene.folder, 'runs') },
    });
    assert.equal(local.code, 0, local.stderr);
    assert.equal(await scene.text('out/whole.words'), await scene.text('local.words'));
    const here = JSON.parse(await scene.text(`runs/${await scene.runOf('whole')}/manifest.json`));
    assert.notEqual(here.id, manifest.id);
    for (const stage of ['source', 'tokenize', 'vocabulary']) {
      assert.deepEqual(manifest.stages[stage], here.stages[stage], stage);
    }
    assert.deepEqual(manifest.inputs, here.inputs);
    // Each shard went into each round once, and nothing was done twice.
    const rounds = await contributionsOf(env.WORDMILL_STORAGE!, run, env.WORDMILL_CACHE!);
    assert.deepEqual(rounds, Array(4).fill([0, 1, 2]));
    assert.equal(stepsDone(workers).get('train-3-2'), 1);
    assert.deepEqual(
      [...stepsDone(workers)].filter(([, times]) => times > 1),
      [],
    );
    for (const { log } of workers) assert.doesNotMatch(log, /sesame|zebra/);
    for (const [key, value] of await server.dump()) {
      assert.doesNotMatch(key + value, /sesame|zebra|corpus\.txt/);
    }
    const again = await scene.command(['run', job, '--executor', 'bullmq', '--if-changed']);
    assert.match(again.stderr, /nothing has changed since run/);
  });

  test('takes shards and rounds from flags, and fails where vectors are not good enough, outputs written', async () => {
    await writeFile(join(scene.folder, 'hard.tsv'), 'zebra1x1\tzebra1x2\t1\nzebra1x1\tzebra2x2\t9\n');
    const evaluate = { pairs: 'hard.tsv', minimum: { hard: 0.5 } };
    const job = await scene.define('poor', { evaluate });
    const { code, stderr } = await scene.command([
      ...['run', job, '--executor', 'bullmq', '--shards', '2', '--rounds-per-epoch', '1', '--no-report'],
    ]);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /2 shards, 1 round an epoch/);
    assert.ok(existsSync(join(scene.folder, 'out/poor.txt')));
  });

  test('trains GloVe', async () => {
    const train = { model: 'glove', dimensions: 16, epochs: 2, seed: 3, threads: 1 };
    const job = await scene.define('glove', { train, evaluate: { pairs: 'pairs.tsv' } });
    const { code, stderr } = await scene.command(['run', job, '--executor', 'bullmq', '--no-report']);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /trained: .* cells/);
    assert.match(await scene.text('out/glove.txt'), /^zebra\dx\d+ /);
  });

  test('works with the storage of an S3 service', { skip: skipWithoutMoto }, async () => {
    const moto = await MotoServer.start();
    const other = await DistributedScene.open(0);
    try {
      const env = { ...moto.environment(), WORDMILL_STORAGE: `s3://${moto.bucket}/runs` };
      await other.work(2, env);
      const job = await other.define('remote');
      const { code, stderr } = await other.command(['run', job, '--executor', 'bullmq', '--no-report'], {
        ...other.env,
        ...env,
      });
      assert.equal(code, 0, stderr);
      assert.match(await other.text('out/remote.words'), /^zebra\dx\d+ \d+\n/);
      for (const [key, value] of await other.server.dump()) {
        assert.doesNotMatch(key + value, /not-a-secret|zebra/);
      }
    } finally {
      await other.close();
      await moto.stop();
    }
  });

  test('leaves workers that end by SIGTERM with 0', async () => {
    for (const worker of scene.workers) assert.equal(await worker.stop(), 0, worker.log);
  });
});
