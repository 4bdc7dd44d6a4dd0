import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Cluster,
  changedRows,
  expectedLocal,
  expectedRun,
  type Job,
  typesIn,
  vocabularyOf,
} from '../../../bench/distributed/model.js';
import type { Rates } from '../../../bench/distributed/rates.js';

/** All that is beside reading, encoding and training is free. */
const FREE: Rates = {
  tokensReadPerSecond: 1e6,
  tokensReadLocallyPerSecond: 1e6,
  tokensEncodedPerSecond: Number.POSITIVE_INFINITY,
  wordsTrainedPerSecond: 1e6,
  spoolBytesOfToken: 0,
  encodedBytesOfToken: 0,
  bytesOfCount: 0,
  bytesOfWord: 0,
  mergeSecondsOfCount: 0,
  mergeSecondsOfType: 0,
  exchangeSecondsOfModelByte: 0,
  applySecondsOfByte: 0,
  averageSecondsOfByteRead: 0,
  averageSecondsOfByteWritten: 0,
  averageSecondsOfModelByte: 0,
  roundsBetweenModels: 4,
  secondsBetweenSteps: 0,
  secondsBetweenStages: 0,
  heaps: { tokens: 1e6, types: 5e4, exponent: 0.5 },
  vocabulary: 1e4,
  knownShare: 1,
  keptShare: 0.6,
};
const JOB: Job = { tokens: 1e8, epochs: 2, dimensions: 100, roundsPerEpoch: 4, mostWords: 1e6 };
const CLUSTER: Cluster = {
  machines: 8,
  cores: 4,
  shards: 8,
  machineBandwidth: Number.POSITIVE_INFINITY,
  storeBandwidth: Number.POSITIVE_INFINITY,
};

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected), `${actual}, not ${expected}`);
}

test('where nothing but reading and training costs, eight machines are eight times as fast as one', () => {
  close(expectedLocal(FREE, JOB, 4), 100 + 200 / 4);
  close(expectedRun(FREE, JOB, CLUSTER).total, (100 + 50) / 8);
});

test('more machines than shards give nothing; a machine with two shards takes twice as long', () => {
  const { total } = expectedRun(FREE, JOB, CLUSTER);
  close(expectedRun(FREE, JOB, { ...CLUSTER, machines: 100 }).total, total);
  close(expectedRun(FREE, JOB, { ...CLUSTER, machines: 4 }).total, 2 * total);
  close(expectedRun(FREE, JOB, { ...CLUSTER, machines: 5 }).total, 2 * total);
});

test('averaging is the work of one machine: it grows with the shards and with the rounds', () => {
  const rates = { ...FREE, averageSecondsOfByteRead: 1e-8 };
  const few = { ...JOB, tokens: 1e12 };
  const one = expectedRun(rates, few, CLUSTER);
  // So many words change each row of each shard.
  close(one.bytesOfShard, 2 * one.vocabulary * 404);
  close(one.average, 8 * 8 * one.bytesOfShard * 1e-8);
  close(expectedRun(rates, few, { ...CLUSTER, machines: 32, shards: 32 }).average, 4 * one.average);
  close(expectedRun(rates, { ...few, roundsPerEpoch: 1 }, CLUSTER).average, one.average / 4);
});

test('what goes through the storage takes the longer of a line of its own and of all lines together', () => {
  const rates = { ...FREE, spoolBytesOfToken: 2 };
  const reading = (machineBandwidth: number, storeBandwidth: number) =>
    expectedRun(rates, JOB, { ...CLUSTER, machineBandwidth, storeBandwidth }).read - 100 / 8;
  close(reading(1e6, 1e9), 25);
  close(reading(1e6, 8e6), 25);
  close(reading(1e6, 1e6), 200);
});

test('each term has its own cost, and the total is their sum', () => {
  const cases: readonly [Partial<Rates>, 'merge' | 'encode' | 'exchange' | 'average' | 'queue', number][] = [
    [{ mergeSecondsOfCount: 1e-6 }, 'merge', 8 * typesIn(FREE, JOB.tokens / 8) * 1e-6],
    [{ mergeSecondsOfType: 1e-6 }, 'merge', typesIn(FREE, JOB.tokens) * 1e-6],
    [{ tokensEncodedPerSecond: 1e6 }, 'encode', 100 / 8],
    [{ exchangeSecondsOfModelByte: 1e-9 }, 'exchange', 8 * 1e5 * 800 * 1e-9],
    [{ averageSecondsOfModelByte: 1e-9 }, 'average', 8 * 1e5 * 800 * 1e-9],
    [{ secondsBetweenSteps: 1 }, 'queue', 10],
    [{ secondsBetweenStages: 1 }, 'queue', 19],
  ];
  const free = expectedRun(FREE, JOB, CLUSTER);
  assert.equal(free.vocabulary, 1e5);
  for (const [cost, term, seconds] of cases) {
    const run = expectedRun({ ...FREE, ...cost }, JOB, CLUSTER);
    close(run[term] - free[term], seconds);
    close(run.total, free.total + seconds);
  }
});

test('types and vocabulary grow by the same power, up to the most that are wanted', () => {
  close(typesIn(FREE, 1e6), 5e4);
  close(typesIn(FREE, 4e6), 1e5);
  close(vocabularyOf(FREE, { tokens: 4e6, mostWords: 1e6 }), 2e4);
  close(vocabularyOf(FREE, { tokens: 1e12, mostWords: 1e6 }), 1e6);
});

test('rows change as words are drawn: by simulation within two in a hundred', () => {
  const [words, vocabulary] = [20_000, 5_000];
  const shares = Float64Array.from({ length: vocabulary }, (_, rank) => 1 / (rank + 3.7));
  const noise = shares.map((share) => share ** 0.75);
  let seed = 1;
  const unit = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const draw = (weights: Float64Array, count: number, seen: Uint8Array) => {
    const sums = weights.slice();
    for (let at = 1; at < sums.length; at++) sums[at]! += sums[at - 1]!;
    for (let drawn = 0; drawn < count; drawn++) {
      const at = unit() * sums.at(-1)!;
      seen[sums.findIndex((sum) => sum > at)] = 1;
    }
  };
  const input = new Uint8Array(vocabulary);
  draw(shares, words, input);
  const output = input.slice();
  draw(noise, 5 * FREE.keptShare * words, output);
  const simulated = [...input, ...output].reduce((sum, seen) => sum + seen, 0);
  const expected = changedRows(FREE, words, vocabulary);
  assert.ok(Math.abs(expected / simulated - 1) < 0.02, `${expected}, ${simulated} drawn`);
  assert.ok(changedRows(FREE, 1e9, vocabulary) > 2 * vocabulary - 1);
  assert.equal(changedRows(FREE, 0, vocabulary), 0);
});
