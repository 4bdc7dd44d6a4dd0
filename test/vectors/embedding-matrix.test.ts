import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EmbeddingMatrix, oneHot } from '../../src/vectors/embedding-matrix.js';

// Three words of two dimensions, each row padded to three numbers.
const rows = { data: Float32Array.of(1, 2, 99, 3, 4, 99, 5, 6, 99), rows: 3, dimensions: 2, stride: 3 };
const E = new EmbeddingMatrix(rows);

test('E is dimensions x |V|: a word is a column', () => {
  assert.deepEqual(E.shape, [2, 3]);
  assert.equal(E.at(0, 2), 5);
  assert.equal(E.at(1, 0), 2);
});

test('E times a one-hot vector is the look-up', () => {
  for (let id = 0; id < 3; id++) assert.deepEqual(E.times(oneHot(id, 3)), E.column(id));
  assert.deepEqual(E.times(oneHot(1, 3)), Float32Array.of(3, 4));
});

test('E times any vector is the sum of its columns, so many times each', () => {
  assert.deepEqual(E.times([1, -1, 2]), Float32Array.of(1 - 3 + 10, 2 - 4 + 12));
});

test('a one-hot vector has a single 1', () => {
  assert.deepEqual(oneHot(2, 4), Float32Array.of(0, 0, 1, 0));
  assert.throws(() => oneHot(4, 4), RangeError);
  assert.throws(() => E.times([1, 2]), /E is 2 x 3; the vector has 2 numbers/);
});
