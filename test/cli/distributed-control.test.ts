import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { corpus, DEFINITION, DistributedScene } from '../support/distributed-scene.js';
import { skipWithoutRedis } from '../support/redis.js';
import { recordsOf, stepsDone, type WorkerEvent } from '../support/workers.js';
import { BINARY, failingCall, notBuilt } from './helpers.js';

describe('distributed runs that do not go straight to their end', {
  skip: skipWithoutRedis || notBuilt,
}, () => {
  let scene: DistributedScene;
  before(async () => {
    scene = await DistributedScene.open(2);
  });
  after(() => scene?.close());

  /** So long that it is interrupted before its end. */
  const LONG = { train: { ...DEFINITION.train, epochs: 400 } };

  interface Follower {
    readonly child: ChildProcess;
    said(): string;
    /** Its exit code, or what killed it. */
    readonly ended: Promise<number | string | null>;
  }

  const follow = (job: string, ...more: string[]): Follower => {
    const child = spawn(process.execPath, [BINARY, 'run', job, '--executor', 'bullmq', ...more], {
      cwd: scene.folder,
      env: { ...process.env, ...scene.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
    });
    const ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
    return { child, ended, said: () => text };
  };
  /** Waits until a worker tells of something about the run of a job. */
  const untilWorker = (name: string, wanted: (event: WorkerEvent) => boolean) =>
    Promise.any(
      scene.workers.map((worker) =>
        worker.until((event) => event.run?.includes(`-${name}-`) === true && wanted(event)),
      ),
    );
  const isTraining = ({ step }: WorkerEvent) => step?.kind === 'train' && step.round! >= 2;
  const statusOf = async (run: string) => JSON.parse((await scene.command(['status', run, '--json'])).stdout);

  test('are cancelled by an interruption, end with 75, and go on from what is done: no step is done again', async () => {
    const job = await scene.define('stopped', LONG);
    const first = follow(job);
    await untilWorker('stopped', isTraining);
    first.child.kill('SIGINT');
    assert.equal(await first.ended, 75, first.said());
    assert.match(first.said(), /interrupted; kept: the steps that are done, in .*shared\n.*--resume/);
    assert.equal((await scene.command(['status'])).stdout, '');
    const run = await scene.runOf('stopped');
    const before = (await recordsOf(scene.env.WORDMILL_STORAGE!, run)).filter((name) =>
      /^average/.test(name),
    );
    assert.ok(before.length >= 2);
    const second = follow(job, '--resume');
    await untilWorker(
      'stopped',
      ({ event, step }) => event === 'step done' && step?.kind === 'average' && step.round! >= before.length,
    );
    second.child.kill('SIGTERM');
    assert.equal(await second.ended, 75, second.said());
    assert.match(second.said(), new RegExp(`going on with run ${run}`));
    const steps = [...stepsDone(scene.workers)].filter(([name]) =>
      /^(average|ingest|encode|vocabulary)/.test(name),
    );
    assert.ok(steps.length > before.length + 7);
    assert.deepEqual(
      // Encoding is looked at again where no round is averaged yet.
      steps.filter(([, times]) => times > 1),
      [],
    );
    // By another definition it cannot go on.
    await scene.define('stopped');
    const other = await scene.command(['run', job, '--executor', 'bullmq', '--resume']);
    assert.equal(other.code, 2, other.stderr);
    assert.match(other.stderr, /another definition/);
  });

  test('go on without the process that followed them, until a status cancels them', async () => {
    const job = await scene.define('left', LONG);
    const { child, ended } = follow(job);
    await untilWorker('left', isTraining);
    child.kill('SIGKILL');
    assert.equal(await ended, 'SIGKILL');
    const run = await scene.runOf('left');
    const status = await statusOf('left');
    assert.deepEqual(
      [status.run, status.state, status.stage, status.workers.length],
      [run, 'running', 'round', 2],
    );
    assert.match(
      (await scene.command(['status', run])).stdout,
      /rounds done +\d+ of 800\nrate .* words\/s\n/,
    );
    // Another follower joins it: its submission is the one that is there.
    const joined = follow(job, '--resume');
    for (let tries = 0; !/training/.test(joined.said()) && tries < 400; tries++) await delay(25);
    assert.equal((await scene.command(['status'])).stdout.split('\n').length, 2);
    const cancelled = await scene.command(['status', run.slice(-4), '--cancel']);
    assert.equal(cancelled.code, 0, cancelled.stderr);
    assert.match(cancelled.stderr, /cancelled run .*--resume/);
    assert.equal(await joined.ended, 75, joined.said());
    assert.match(joined.said(), /was cancelled\n.*--resume/);
  });

  test('fail with the error of a step, its shard named, and go on once it is mended', async () => {
    const job = await scene.define('broken', { source: { files: ['corpus.txt', 'more.txt'] } });
    await writeFile(join(scene.folder, 'more.txt'), corpus(2_000));
    // A worker that stands still does not read before the file is gone.
    for (const { process } of scene.workers) process.kill('SIGSTOP');
    const { ended, said } = follow(job);
    for (let tries = 0; !/3 shards/.test(said()) && tries < 400; tries++) await delay(25);
    await rename(join(scene.folder, 'more.txt'), join(scene.folder, 'aside'));
    for (const { process } of scene.workers) process.kill('SIGCONT');
    const code = await ended;
    assert.equal(code, 66, said());
    assert.match(said(), /wordmill: reading shard [12]: .*more\.txt/);
    const status = await statusOf('broken');
    assert.equal(status.state, 'failed');
    assert.match(status.error, /^reading shard [12]: /);
    assert.ok(!existsSync(join(scene.folder, 'out/broken.txt')));
    await rename(join(scene.folder, 'aside'), join(scene.folder, 'more.txt'));
    const again = await scene.command(['run', job, '--executor', 'bullmq', '--resume', '--no-report']);
    assert.equal(again.code, 0, again.stderr);
    assert.match(await scene.text('out/broken.words'), /^zebra/);
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
