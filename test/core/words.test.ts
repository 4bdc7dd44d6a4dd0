import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { wordsFrom } from '../../src/core/words.js';

describe('words from an array', () => {
  const words = wordsFrom(['b', 'a', 'b', '']);

  test('give each row its word, and each word its first row', () => {
    assert.deepEqual([...words], ['b', 'a', 'b', '']);
    assert.deepEqual([words.length, words.at(2), words.at(3)], [4, 'b', '']);
    assert.deepEqual(
      ['b', 'a', '', 'c', 'constructor'].map((word) => words.rowOf(word)),
      [0, 1, 3, undefined, undefined],
    );
  });

  test('throw for a row that is not there', () => {
    for (const row of [-1, 4, 0.5]) assert.throws(() => words.at(row), RangeError);
  });

  test('are not wrapped twice', () => assert.equal(wordsFrom(words), words));
});
