import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { DEFINITION, DistributedScene, isTraining } from '../support/distributed-scene.js';
import { skipWithoutRedis } from '../support/redis.js';
import { recordsOf, stepsDone } from '../support/workers.js';
import { notBuilt } from './helpers.js';

describe('distributed runs that are interrupted', { skip: skipWithoutRedis || notBuilt }, () => {
  let scene: DistributedScene;
  before(async () => {
    scene = await DistributedScene.open(2);
  });
  after(() => scene?.close());

  /** So long that it is interrupted before its end. */
  const LONG = { train: { ...DEFINITION.train, epochs: 400 } };

  test('are cancelled by an interruption, end with 75, and go on from what is done: no step is done again', async () => {
    const job = await scene.define('stopped', LONG);
    const first = scene.follow(job);
    await scene.untilWorker('stopped', isTraining);
    first.child.kill('SIGINT');
    assert.equal(await first.ended, 75, first.said());
    assert.match(first.said(), /interrupted; kept: the steps that are done, in .*shared\n.*--resume/);
    assert.equal((await scene.command(['status'])).stdout, '');
    const run = await scene.runOf('stopped');
    const before = (await recordsOf(scene.env.WORDMILL_STORAGE!, run)).filter((name) =>
      /^average/.test(name),
    );
    assert.ok(before.length >= 2);
    const second = scene.follow(job, '--resume');
    await scene.untilWorker(
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
    const { child, ended } = scene.follow(job);
    await scene.untilWorker('left', isTraining);
    child.kill('SIGKILL');
    assert.equal(await ended, 'SIGKILL');
    const run = await scene.runOf('left');
    const status = await scene.statusOf('left');
    assert.deepEqual(
      [status.run, status.state, status.stage, status.workers.length],
      [run, 'running', 'round', 2],
    );
    assert.match(
      (await scene.command(['status', run])).stdout,
      /rounds done +\d+ of 800\nrate .* words\/s\n/,
    );
    // Another follower joins it: its submission is the one that is there.
    const joined = scene.follow(job, '--resume');
    for (let tries = 0; !/training/.test(joined.said()) && tries < 400; tries++) await delay(25);
    assert.equal((await scene.command(['status'])).stdout.split('\n').length, 2);
    const cancelled = await scene.command(['status', run.slice(-4), '--cancel']);
    assert.equal(cancelled.code, 0, cancelled.stderr);
    assert.match(cancelled.stderr, /cancelled run .*--resume/);
    assert.equal(await joined.ended, 75, joined.said());
    assert.match(joined.said(), /was cancelled\n.*--resume/);
  });
});
