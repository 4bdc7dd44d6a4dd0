import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { DEFINITION, DistributedScene, isTraining } from '../support/distributed-scene.js';
import { skipWithoutRedis } from '../support/redis.js';
import { contributionsOf } from '../support/workers.js';
import { notBuilt } from './helpers.js';

describe('distributed runs whose Redis fails', { skip: skipWithoutRedis || notBuilt }, () => {
  let scene: DistributedScene;
  before(async () => {
    scene = await DistributedScene.open(2, { persistent: true });
  });
  after(() => scene?.close());

  const EPOCHS = 8;

  /** Runs a job, does something to Redis while it is trained for, and gives what the follower said. */
  const disturbed = async (name: string, disturb: () => Promise<void>): Promise<string> => {
    const train = { ...DEFINITION.train, epochs: EPOCHS };
    const running = scene.command(['run', await scene.define(name, { train }), '--executor', 'bullmq']);
    await scene.untilWorker(name, isTraining);
    await disturb();
    const { code, stderr } = await running;
    assert.equal(code, 0, stderr);
    const run = await scene.runOf(name);
    const rounds = await contributionsOf(scene.env.WORDMILL_STORAGE!, run, scene.env.WORDMILL_CACHE!);
    assert.deepEqual(rounds, Array(2 * EPOCHS).fill([0, 1, 2]));
    return stderr;
  };

  test('wait while it is away, and go on with what it wrote down', async () => {
    const said = await disturbed('away', async () => {
      await scene.server.kill();
      await delay(2_000);
      await scene.server.begin();
    });
    assert.match(said, /the Redis server unix:.* is away; waiting for it\n[\s\S]*is back/);
    assert.doesNotMatch(said, /lost/);
  });

  test('are told to it again where it has lost them, and go on with what is done', async () => {
    const said = await disturbed('lost', async () => {
      const client = scene.server.client();
      await client.flushall();
      client.disconnect();
    });
    assert.match(said, /Redis has lost run .*, and is told of it again/);
  });
});
