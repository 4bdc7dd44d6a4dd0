import { describe, test } from 'node:test';
import { notBuilt } from '../cli/helpers.js';
import { FAULTS } from './faults.js';
import { playRound } from './support/play.js';

const seed = Number(process.env.WORDMILL_FAULT_SEED ?? Math.floor(Math.random() * 1_000_000));

// The short form of `npm run test:faults`.
describe(`faults, done to the real command (seed ${seed})`, { skip: notBuilt }, () => {
  for (const fault of FAULTS) {
    test(`${fault.name}: ${fault.description}`, { skip: fault.skip?.() ?? false }, async () => {
      for (let round = 0; round < fault.shortRounds; round++) await playRound(fault, seed, round);
    });
  }
});
