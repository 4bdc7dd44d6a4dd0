import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pearson, ranks, spearman } from '../../../src/vectors/evaluate/correlation.js';
import { incompleteBeta } from '../../../src/vectors/evaluate/student.js';

const near = (actual: number, expected: number, tolerance = 1e-12) =>
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual} is not ${expected}`);

describe('correlation', () => {
  test('ranks count from 1, and equal numbers share the mean of theirs', () => {
    assert.deepEqual([...ranks([30, 10, 20, 10, 10])], [5, 2, 4, 2, 2]);
    assert.deepEqual([...ranks([])], []);
  });

  test('pearson of a small table, by hand', () => {
    // Deviations (-1 0 1) and (-1 1 0): 1 / sqrt(2 * 2).
    near(pearson([1, 2, 3], [1, 3, 2]).coefficient, 0.5);
    assert.equal(pearson([1, 2, 3], [-2, -4, -6]).coefficient, -1);
  });

  test('spearman asks for order alone; ties as in any textbook', () => {
    assert.equal(spearman([1, 2, 3, 4], [1, 10, 100, 1000]).coefficient, 1);
    // Ranks 1 2.5 2.5 4 and 1 2 3 4: 4.5 / sqrt(4.5 * 5).
    near(spearman([1, 2, 2, 4], [1, 2, 3, 4]).coefficient, Math.sqrt(0.9));
  });

  test('is NaN where a list does not vary, or is too short', () => {
    assert.ok(Number.isNaN(pearson([1, 1, 1], [1, 2, 3]).coefficient));
    assert.ok(Number.isNaN(spearman([1], [1]).coefficient));
    assert.ok(Number.isNaN(spearman([], []).pValue));
  });

  test('p-values are the tails of Student’s t', () => {
    // One degree of freedom is the Cauchy distribution: t = r / sqrt(1-r²) = 1/sqrt(3), p = 1 - 2/pi atan(t) = 2/3.
    near(pearson([1, 2, 3], [1, 3, 2]).pValue, 2 / 3);
    assert.equal(pearson([1, 2, 3], [1, 2, 3]).pValue, 0);
    assert.equal(pearson([1, 2], [1, 2]).pValue, 1);
  });

  test('incomplete beta function where it has a closed form', () => {
    near(incompleteBeta(0.3, 1, 1), 0.3);
    near(incompleteBeta(0.3, 2, 1), 0.09);
    near(incompleteBeta(0.3, 1, 0.5), 1 - Math.sqrt(0.7));
    near(incompleteBeta(0.9, 0.5, 0.5), (2 / Math.PI) * Math.asin(Math.sqrt(0.9)));
    near(incompleteBeta(0.5, 200, 200), 0.5);
    near(incompleteBeta(0.01, 175, 1), 0.01 ** 175, 1e-10);
  });
});
