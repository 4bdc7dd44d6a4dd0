import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { filterText } from '../../src/filter/filter-text.js';
import { sampleUnits } from '../../src/filter/sample.js';
import { shuffleUnits } from '../../src/filter/shuffle.js';
import { chiSquarePValue } from '../support/chi-square.js';
import { filtered } from './helpers.js';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

describe('sample', () => {
  test('is drawn by seed and number alone: not by blocks, nor by what was passed over before', async () => {
    const units = numbers(2000);
    const { units: sample } = await filtered(sampleUnits({ share: 0.3, seed: 5 }), units);
    for (const blockUnits of [1, 7, 500]) {
      assert.deepEqual(
        (await filtered(sampleUnits({ share: 0.3, seed: 5 }), units, blockUnits)).units,
        sample,
      );
    }
    const rest = await filtered(filterText({ skip: 700, sampleShare: 0.3, drawSeed: 5 }), units, 64);
    assert.deepEqual(
      rest.units,
      sample.filter((unit) => Number(unit) >= 700),
    );
    const other = await filtered(sampleUnits({ share: 0.3, seed: 6 }), units);
    assert.notDeepEqual(other.units, sample);
    assert.deepEqual(other.rejected, []);
  });

  test('a larger share has all that a smaller one has', async () => {
    const units = numbers(1000);
    const small = await filtered(sampleUnits({ share: 0.1 }), units);
    const large = new Set((await filtered(sampleUnits({ share: 0.5 }), units)).units);
    assert.ok(small.units.every((unit) => large.has(unit)));
  });

  test('each place is drawn as often as another, and kept units follow each other by chance', async () => {
    const share = 0.2;
    const count = 40_000;
    const { units } = await filtered(sampleUnits({ share, seed: 3 }), numbers(count), 5000);
    const bins = new Array<number>(20).fill(0);
    for (const unit of units) bins[Math.floor((Number(unit) * 20) / count)]!++;
    const expected = new Array<number>(20).fill((share * count) / 20);
    assert.ok(chiSquarePValue(bins, expected) > 1e-3);
    // Gaps between kept units are geometric.
    const gaps = new Array<number>(31).fill(0);
    for (let i = 1; i < units.length; i++) gaps[Math.min(30, Number(units[i]) - Number(units[i - 1]) - 1)]!++;
    const geometric = gaps.map((_, gap) => (units.length - 1) * (1 - share) ** gap * (gap < 30 ? share : 1));
    assert.ok(chiSquarePValue(gaps, geometric) > 1e-3);
    assert.ok(Math.abs(units.length - share * count) < 4 * Math.sqrt(count * share * (1 - share)));
  });

  test('numbers beyond 2^32 are drawn anew', async () => {
    const units = numbers(300);
    const first = await filtered(sampleUnits({ share: 0.5 }), units);
    const later = await filtered(sampleUnits({ share: 0.5, firstUnit: 2 ** 32 }), units);
    assert.notDeepEqual(later.units, first.units);
    const across = await filtered(sampleUnits({ share: 0.5, firstUnit: 2 ** 32 - 100 }), units);
    assert.deepEqual(
      across.units.filter((unit) => Number(unit) >= 100).map((unit) => Number(unit) - 100),
      later.units.map(Number).filter((unit) => unit < 200),
    );
  });
});

describe('shuffling in a buffer', () => {
  test('gives every unit once, with its place, in an order of the seed alone', async () => {
    const units = numbers(500);
    const { units: shuffled, places } = await filtered(shuffleUnits(40, 2), units, 33);
    assert.deepEqual(
      [...shuffled].sort((a, b) => Number(a) - Number(b)),
      units,
    );
    assert.deepEqual(
      places,
      shuffled.map((unit) => `a.txt:${Number(unit) + 1}`),
    );
    assert.deepEqual((await filtered(shuffleUnits(40, 2), units, 1)).units, shuffled);
    assert.notDeepEqual((await filtered(shuffleUnits(40, 3), units)).units, shuffled);
  });

  test('no unit comes out more than the buffer before its turn', async () => {
    const { units } = await filtered(shuffleUnits(10), numbers(1000), 100);
    for (const [place, unit] of units.entries()) assert.ok(Number(unit) - place < 10);
    assert.ok(units.some((unit, place) => place - Number(unit) > 20));
  });

  test('every order of a buffer that holds all is as likely as another', async () => {
    const orders = new Map<string, number>();
    const rounds = 4800;
    for (let seed = 0; seed < rounds; seed++) {
      const { units } = await filtered(shuffleUnits(4, seed), ['a', 'b', 'c', 'd']);
      const order = units.join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    assert.equal(orders.size, 24);
    assert.ok(chiSquarePValue([...orders.values()], new Array<number>(24).fill(rounds / 24)) > 1e-3);
  });

  test('what leaves the buffer first is any of its units', async () => {
    const firsts = new Array<number>(8).fill(0);
    const rounds = 4000;
    for (let seed = 0; seed < rounds; seed++) {
      const { units } = await filtered(shuffleUnits(8, seed), numbers(9));
      firsts[Number(units[0])]!++;
    }
    assert.ok(chiSquarePValue(firsts, new Array<number>(8).fill(rounds / 8)) > 1e-3);
  });
});
