import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leastSquares } from '../../../bench/distributed/least-squares.js';
import type { Measurements, RunMeasured } from '../../../bench/distributed/measurements.js';
import { expectedRun } from '../../../bench/distributed/model.js';
import { ratesOf } from '../../../bench/distributed/rates.js';

test('coefficients are found again, and none is below zero', () => {
  const of = (first: number, second: number) =>
    [
      [1, 0.5],
      [4, 1],
      [9, 7],
    ].map(([a, b]) => ({ factors: [a!, b!] as const, value: a! * first + b! * second }));
  for (const [first, second] of [
    [2, 3],
    [0.5, 0],
    [0, 7],
  ] as const) {
    const found = leastSquares(of(first, second));
    assert.ok(Math.abs(found[0] - first) < 1e-9 && Math.abs(found[1] - second) < 1e-9, `${found}`);
  }
  const [first, second] = leastSquares([
    { factors: [1, 1], value: 1 },
    { factors: [2, 1], value: 3 },
  ]);
  assert.ok(first > 0);
  assert.equal(second, 0);
});

/** A run whose steps take what is easily counted: all rows change, 1 M words a second, 10 ns for each byte merged. */
const RUN: RunMeasured = {
  ...{ workers: 1, shards: 2, roundsPerEpoch: 4, epochs: 1, dimensions: 9 },
  ...{ wall: 0, work: 0 },
  kinds: [
    { kind: 'ingest', count: 2, seconds: 4, received: 0, sent: 9e6 },
    { kind: 'vocabulary', count: 1, seconds: 0.12, received: 2e6, sent: 1e5 },
    { kind: 'encode', count: 2, seconds: 2, received: 8e6, sent: 6e6 },
    { kind: 'train', count: 8, seconds: 1.2, received: 0, sent: 8e5 },
    { kind: 'average', count: 4, seconds: 0.04, received: 1.6e6, sent: 8e5 },
    { kind: 'result', count: 1, seconds: 0, received: 0, sent: 0 },
  ],
  ...{ firstTrainSeconds: 1.3, laterTrainSeconds: 1.1, wholeAverageSeconds: 0.04, plainAverageSeconds: 0.04 },
  ...{ wordsOfTrain: 1e6, rowsOfTrain: 20_000, rowsOfAverage: 20_000 },
  ...{ betweenSteps: 0.01, betweenStages: 0.02 },
};
const MEASURED: Measurements = {
  machine: { processor: 'test', processors: 2, load: [0, 0] },
  text: {
    ...{ name: 'test', bytes: 5e7, tokens: 8e6, types: 2e5, vocabulary: 1e4, known: 8e6 },
    ...{ tokensOfShard: 4e6, typesOfShard: 1e5 },
  },
  runs: [RUN],
  local: [
    { threads: 1, wall: 20, reading: 2, tokens: 8e6, training: 8, words: 8e6 },
    { threads: 2, wall: 12, reading: 4, tokens: 8e6, training: 4, words: 8e6 },
  ],
  averages: [
    { rows: 1e4, shards: 2, dimensions: 9, seconds: 0.008 },
    { rows: 1e4, shards: 8, dimensions: 9, seconds: 0.032 },
  ],
  merges: [
    { typesOfShard: 1e4, shards: 2, types: 2e4, seconds: 0.04 },
    { typesOfShard: 1e4, shards: 8, types: 4e4, seconds: 0.12 },
  ],
  fetchBytesPerSecond: 1e8,
};

test('rates are those of one core and of one byte', () => {
  const rates = ratesOf(MEASURED, RUN);
  const expected = {
    tokensReadPerSecond: 1e6,
    tokensReadLocallyPerSecond: 4e6,
    tokensEncodedPerSecond: 2e6,
    wordsTrainedPerSecond: 1e6,
    spoolBytesOfToken: 2,
    encodedBytesOfToken: 1.5,
    bytesOfCount: 10,
    bytesOfWord: 10,
    exchangeSecondsOfModelByte: 0.1 / 720_000,
    applySecondsOfByte: 0.2 / 8e5,
    mergeSecondsOfCount: 1e-6,
    mergeSecondsOfType: 1e-6,
    averageSecondsOfByteRead: 2e-8,
    averageSecondsOfByteWritten: 0,
    averageSecondsOfModelByte: 0.008 / 720_000,
    knownShare: 1,
  };
  for (const [name, value] of Object.entries(expected)) {
    const found = rates[name as keyof typeof expected];
    assert.ok(Math.abs(found - value) <= 1e-6 * Math.abs(value) + 1e-15, `${name}: ${found}, not ${value}`);
  }
  assert.equal(rates.heaps.exponent, 1);
});

test('a run is expected to take what its steps took', () => {
  const { tokens } = MEASURED.text;
  const expected = expectedRun(
    ratesOf(MEASURED, RUN),
    { tokens, epochs: 1, dimensions: 9, roundsPerEpoch: 4, mostWords: 1e9 },
    {
      ...{ machines: 1, cores: 1, shards: 2 },
      machineBandwidth: Number.POSITIVE_INFINITY,
      storeBandwidth: Number.POSITIVE_INFINITY,
    },
  );
  const steps = 2 * 4 + 0.4 + 2 * 2 + 4 * (1.3 + 1.1) + 4 * 0.04;
  const between = 0.01 * 2 * (2 + 4) + 0.02 * 11;
  assert.ok(Math.abs(expected.total / (steps + between) - 1) < 0.02, `${expected.total}, ${steps + between}`);
});
