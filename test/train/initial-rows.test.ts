import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random, STREAMS } from '../../src/core/random.js';
import { type Matrix, rowOf, zeroMatrix } from '../../src/core/vectors.js';
import { fillInitialRows } from '../../src/train/initial-rows.js';

test('component j of row r is (2u - 1) * range / dimensions, drawn in order from the stream (seed, 3, r)', () => {
  const matrix = zeroMatrix(7, 3);
  fillInitialRows(matrix, { seed: 42, initialRange: 0.5 });
  for (let row = 0; row < 7; row++) {
    const random = new Random(42, 3, row);
    const expected = Float32Array.from({ length: 3 }, () => ((2 * random.unit() - 1) * 0.5) / 3);
    assert.deepEqual(rowOf(matrix, row), expected);
  }
  assert.equal(STREAMS.initialRows, 3);
});

test('values are uniform in +-range/dimensions', () => {
  const matrix = zeroMatrix(1_000, 50);
  fillInitialRows(matrix, { seed: 1, initialRange: 1 });
  const bound = 1 / 50;
  const deciles = new Array<number>(10).fill(0);
  for (const value of matrix.data) {
    assert.ok(Math.abs(value) <= bound);
    deciles[Math.min(9, Math.floor(((value / bound + 1) / 2) * 10))]! += 1;
  }
  const expected = 50_000 / 10;
  const chiSquare = deciles.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  assert.ok(chiSquare < 27.9, `chi-square ${chiSquare} of 9 degrees of freedom (p = 0.001 at 27.9)`);
});

test('the same seed gives the same rows, another seed other rows', () => {
  const [first, again, other] = [1, 1, 2].map((seed) => {
    const matrix = zeroMatrix(4, 8);
    fillInitialRows(matrix, { seed, initialRange: 0.5 });
    return matrix.data;
  });
  assert.deepEqual(first, again);
  assert.notDeepEqual(first, other);
});

test('a row does not depend on how many rows there are or how far apart they lie; padding stays zero', () => {
  const packed = zeroMatrix(2, 3);
  const padded: Matrix = { data: new Float32Array(5 * 16), rows: 5, dimensions: 3, stride: 16 };
  for (const matrix of [packed, padded]) fillInitialRows(matrix, { seed: 9, initialRange: 0.5 });
  assert.deepEqual(rowOf(padded, 0), rowOf(packed, 0));
  assert.deepEqual(rowOf(padded, 1), rowOf(packed, 1));
  for (let row = 0; row < 5; row++) {
    assert.deepEqual(padded.data.subarray(row * 16 + 3, row * 16 + 16), new Float32Array(13));
  }
});
