import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../src/core/random.js';
import { type AliasTable, buildAliasTable, NoiseSampler, noiseWeights } from '../../src/sampling/noise.js';
import { chiSquarePValue } from '../support/chi-square.js';

const FULL = 2 ** 32 - 1;

/** How likely each index is, read off the table. */
function probabilities({ thresholds, aliases }: AliasTable): number[] {
  const n = thresholds.length;
  const chance = new Array<number>(n).fill(0);
  for (let entry = 0; entry < n; entry++) {
    const own = aliases[entry] === entry ? 1 : thresholds[entry]! / 2 ** 32;
    chance[entry]! += own / n;
    chance[aliases[entry]!]! += (1 - own) / n;
  }
  return chance;
}

test('a table worked by hand: weights 1, 0, 3', () => {
  // Shares of three entries: 3/4, 0 and 9/4. Entry 1 gives 1 to word 2 (5/4 left), entry 0 gives 1/4 (1 left).
  assert.deepEqual(buildAliasTable([1, 0, 3]), {
    thresholds: Uint32Array.of(0.75 * 2 ** 32, 0, FULL),
    aliases: Uint32Array.of(2, 2, 2),
  });
});

test('equal weights leave every entry to itself', () => {
  assert.deepEqual(buildAliasTable([7, 7, 7, 7]), {
    thresholds: new Uint32Array(4).fill(FULL),
    aliases: Uint32Array.of(0, 1, 2, 3),
  });
});

test('one word is always drawn', () => {
  const sampler = new NoiseSampler([5]);
  const random = new Random(1);
  for (let i = 0; i < 100; i++) assert.equal(sampler.draw(random), 0);
});

test('the table holds the weights, for any weights', () => {
  const random = new Random(2);
  for (let round = 0; round < 200; round++) {
    const n = 1 + random.below(40);
    const weights = Array.from({ length: n }, () => (random.below(4) === 0 ? 0 : random.unit() ** 8));
    weights[random.below(n)] = 1;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const table = buildAliasTable(weights);
    for (const [index, chance] of probabilities(table).entries()) {
      assert.ok(Math.abs(chance - weights[index]! / total) < 1e-9 * n, `${index} of ${weights}`);
      if (weights[index] === 0) assert.equal(chance, 0);
    }
    for (const [entry, threshold] of table.thresholds.entries()) {
      if (threshold === FULL) assert.equal(table.aliases[entry], entry);
    }
  }
});

test('a draw follows docs/sampling.md: entry and remainder of one next()', () => {
  const sampler = new NoiseSampler([90, 40, 10, 5, 1]);
  const { thresholds, aliases } = sampler.table;
  const random = new Random(4, 2, 0, 0);
  const bits = new Random(4, 2, 0, 0);
  for (let i = 0; i < 1000; i++) {
    const product = BigInt(bits.next()) * 5n;
    const entry = Number(product >> 32n);
    const remainder = Number(product & 0xffff_ffffn);
    assert.equal(sampler.draw(random), remainder < thresholds[entry]! ? entry : aliases[entry]);
  }
});

test('a million draws from 500 words fall in proportion to count^0.75', () => {
  const counts = Array.from({ length: 500 }, (_, rank) => Math.ceil(100_000 / (rank + 1)));
  const weights = noiseWeights(counts);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  assert.equal(weights[0], 100_000 ** 0.75);
  const sampler = new NoiseSampler(counts);
  const random = new Random(3, 2, 0, 0);
  const seen = new Float64Array(500);
  for (let i = 0; i < 1_000_000; i++) seen[sampler.draw(random)]!++;
  const p = chiSquarePValue(
    seen,
    weights.map((weight) => (weight / total) * 1_000_000),
  );
  assert.ok(p > 1e-3, `p = ${p}`);
});

test('a word that never occurred is never drawn, whatever the power', () => {
  for (const power of [0, 0.75, 1]) {
    const sampler = new NoiseSampler([0, 3, 0, 0, 1, 0], power);
    const random = new Random(5);
    const seen = new Set<number>();
    for (let i = 0; i < 10_000; i++) seen.add(sampler.draw(random));
    assert.deepEqual([...seen].sort(), [1, 4]);
  }
});

test('no counts, counts of 0 only, and weights that are none are refused', () => {
  assert.throws(() => new NoiseSampler([]), /no word to draw negatives from/);
  assert.throws(() => new NoiseSampler([0, 0]), /every count is 0/);
  assert.throws(() => buildAliasTable([1, -1]), /weight -1 of word 1 is not a number of at least 0/);
  assert.throws(() => buildAliasTable([Number.NaN]), /weight NaN of word 0/);
});
