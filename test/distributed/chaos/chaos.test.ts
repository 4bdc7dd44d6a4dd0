import { describe, test } from 'node:test';
import { nativeUnavailable } from '../../../src/native/addon.js';
import { notBuilt } from '../../cli/helpers.js';
import { skipWithoutMoto } from '../../support/moto.js';
import { skipWithoutRedis } from '../../support/redis.js';
import { DISTURBANCES } from './disturbances.js';
import { playRound } from './play.js';

const seed = Number(process.env.WORDMILL_FAULT_SEED ?? Math.floor(Math.random() * 1_000_000));
const skip = notBuilt || skipWithoutRedis || (nativeUnavailable() ?? false);

// The short form of `npm run test:chaos`. Most of the time is waited for workers that are silent: two at a time.
describe(`distributed runs (seed ${seed})`, { skip, concurrency: 2 }, () => {
  for (const disturbance of DISTURBANCES.filter(({ shortRounds }) => shortRounds > 0)) {
    const { name, description, failingRequests, shortRounds } = disturbance;
    const without = failingRequests === undefined ? false : skipWithoutMoto;
    test(`come to their right end when ${description} (${name})`, { skip: without }, async () => {
      for (let round = 0; round < shortRounds; round++) await playRound(disturbance, seed, round);
    });
  }
});
