import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WordmillError } from '../../../src/core/errors.js';
import { connectRedis } from '../../../src/distributed/bullmq/redis.js';
import { redisAddress } from '../../../src/distributed/redis-address.js';
import { RedisServer, skipWithoutOpenssl, skipWithoutRedis } from '../../support/redis.js';

const unavailable = (expected: RegExp) => (error: WordmillError) => {
  assert.equal(error.kind, 'unavailable');
  assert.equal(error.exitCode, 69);
  assert.match(error.message, expected);
  assert.doesNotMatch(error.message, /hunter2|someone/);
  return true;
};

describe('connecting to Redis', { skip: skipWithoutRedis }, () => {
  test('fails at once where nothing listens, with the address and without the password', async () => {
    const nowhere = redisAddress('redis://someone:hunter2@127.0.0.1:1', '--redis');
    await assert.rejects(
      connectRedis(nowhere),
      unavailable(/redis:\/\/127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/),
    );
  });

  test('wants the right password', async () => {
    const server = await RedisServer.start({ password: 'open sesame' });
    try {
      const client = await connectRedis(server.settings);
      assert.equal(await client.ping(), 'PONG');
      client.disconnect();
      const { password: _, ...without } = server.settings;
      await assert.rejects(connectRedis(without), unavailable(/NOAUTH[\s\S]*WORDMILL_REDIS_PASSWORD/));
      await assert.rejects(
        connectRedis({ ...without, password: 'hunter2' }),
        unavailable(/WRONGPASS[\s\S]*is another/),
      );
    } finally {
      await server.stop();
    }
  });

  test('trusts a server by the certificates that are given, and no other', {
    skip: skipWithoutOpenssl,
  }, async () => {
    const server = await RedisServer.start({ tls: true });
    try {
      const client = await connectRedis(server.settings);
      assert.equal(await client.ping(), 'PONG');
      client.disconnect();
      const { ca: _, ...without } = server.settings;
      await assert.rejects(connectRedis(without), unavailable(/certificate[\s\S]*WORDMILL_REDIS_CA/));
    } finally {
      await server.stop();
    }
  });
});
