import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zeroMatrix } from '../../src/core/vectors.js';
import { Vocabulary } from '../../src/core/vocabulary.js';
import { GivenRows } from '../../src/train/given-rows.js';

test('rows that are given go to their words by spelling, the first of a word that occurs twice, and once only', () => {
  const vocabulary = new Vocabulary({ words: ['a', 'b', 'c'], counts: [3, 2, 1], unknown: 'token' });
  const matrix = { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), rows: 4, dimensions: 2, stride: 2 };
  const rows = new GivenRows(vocabulary, { words: ['c', 'strange', 'a', 'c'], matrix });
  assert.equal(rows.count, 2);
  assert.deepEqual(
    [0, 1, 2, 3].map((id) => rows.has(id)),
    [true, false, true, false],
  );
  const padded = { data: new Float32Array(12).fill(9), rows: 4, dimensions: 2, stride: 3 };
  rows.copyTo(padded);
  assert.deepEqual([...padded.data], [5, 6, 9, 9, 9, 9, 1, 2, 9, 9, 9, 9]);
  assert.throws(() => rows.copyTo(zeroMatrix(4, 2)), TypeError);
});
