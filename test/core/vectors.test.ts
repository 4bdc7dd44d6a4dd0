import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Matrix, meanOfRarest } from '../../src/core/vectors.js';
import { Vocabulary } from '../../src/core/vocabulary.js';

function vocabulary(size: number, unknown: 'drop' | 'token' = 'drop'): Vocabulary {
  return new Vocabulary({
    words: Array.from({ length: size }, (_, id) => `w${id}`),
    counts: Array.from({ length: size }, (_, id) => size - id),
    unknown,
  });
}

describe('meanOfRarest', () => {
  test('is the mean of the last rows, padding left out', () => {
    const input: Matrix = {
      data: Float32Array.of(100, 100, 9, 1, 2, 9, 3, 6, 9),
      rows: 3,
      dimensions: 2,
      stride: 3,
    };
    assert.deepEqual(meanOfRarest({ vocabulary: vocabulary(3), input }, 2), Float32Array.of(2, 4));
  });

  test('takes 100 rows, or all of a smaller vocabulary', () => {
    const ofSize = (rows: number): Matrix => ({
      data: Float32Array.from({ length: rows }, (_, id) => id),
      rows,
      dimensions: 1,
      stride: 1,
    });
    assert.deepEqual(
      meanOfRarest({ vocabulary: vocabulary(300), input: ofSize(300) }),
      Float32Array.of(249.5),
    );
    assert.deepEqual(meanOfRarest({ vocabulary: vocabulary(5), input: ofSize(5) }), Float32Array.of(2));
  });

  test('leaves the row of <UNK> out', () => {
    const input: Matrix = { data: Float32Array.of(1, 3, 50), rows: 3, dimensions: 1, stride: 1 };
    assert.deepEqual(meanOfRarest({ vocabulary: vocabulary(2, 'token'), input }), Float32Array.of(2));
  });
});
