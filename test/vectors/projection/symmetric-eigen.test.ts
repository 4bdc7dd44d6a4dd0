import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { symmetricEigen } from '../../../src/vectors/projection/symmetric-eigen.js';

function near(actual: ArrayLike<number>, expected: readonly number[], within = 1e-12): void {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of expected.entries()) {
    assert.ok(Math.abs(actual[i]! - value) <= within, `${i}: ${actual[i]} is not ${value}`);
  }
}

/** Checks A v = value v, and that the v are of length 1 and at right angles. */
function checkDecomposition(matrix: Float64Array, n: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix.slice(), n);
  const scale = Math.max(...matrix.map(Math.abs), 1e-300) * n;
  for (let k = 0; k < n; k++) {
    const v = vectors.subarray(k * n, (k + 1) * n);
    for (let i = 0; i < n; i++) {
      let product = 0;
      for (let j = 0; j < n; j++) product += matrix[i * n + j]! * v[j]!;
      assert.ok(Math.abs(product - values[k]! * v[i]!) < 1e-13 * scale, `vector ${k}, row ${i}`);
    }
    for (let other = 0; other <= k; other++) {
      let product = 0;
      for (let j = 0; j < n; j++) product += v[j]! * vectors[other * n + j]!;
      assert.ok(Math.abs(product - (other === k ? 1 : 0)) < 1e-12);
    }
    if (k > 0) assert.ok(values[k]! <= values[k - 1]!);
  }
  return values;
}

describe('eigenvalues and eigenvectors of symmetric matrices', () => {
  test('2 x 2, by hand', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    near(values, [3, 1]);
    near(vectors.map(Math.abs), new Array(4).fill(Math.SQRT1_2));
    assert.ok(vectors[0]! * vectors[1]! > 0 && vectors[2]! * vectors[3]! < 0);
  });

  test('the second difference matrix has 2 - 2 cos(k pi / (n + 1))', () => {
    const n = 12;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      matrix[i * n + i] = 2;
      if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -1;
    }
    const expected = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(((n - k) * Math.PI) / (n + 1)));
    near(checkDecomposition(matrix, n), expected);
  });

  test('random, of any size, with values that repeat or are 0', () => {
    const random = new Random(3);
    for (const n of [1, 2, 3, 7, 40]) {
      const matrix = new Float64Array(n * n);
      for (let i = 0; i < n; i++)
        for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = random.unit() - 0.5;
      checkDecomposition(matrix, n);
    }
    // a a' + the identity: 1 nine times, and 1 + |a|^2.
    const n = 10;
    const a = Float64Array.from({ length: n }, (_, i) => i);
    const matrix = Float64Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return a[i]! * a[j]! + (i === j ? 1 : 0);
    });
    near(checkDecomposition(matrix, n), [286, ...new Array(9).fill(1)], 1e-10);
    near(checkDecomposition(new Float64Array(16), 4), [0, 0, 0, 0]);
  });

  test('very large and very small numbers', () => {
    for (const scale of [1e-150, 1e150]) {
      near(
        symmetricEigen(
          Float64Array.of(2 * scale, scale, 0, scale, 2 * scale, 0, 0, 0, 5 * scale),
          3,
        ).values.map((value) => value / scale),
        [5, 3, 1],
      );
    }
  });

  test('numbers that are not finite are refused', () => {
    assert.throws(() => symmetricEigen(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2), RangeError);
  });
});
