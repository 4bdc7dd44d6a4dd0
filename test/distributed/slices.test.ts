import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SpoolChunks } from '../../src/core/corpus.js';
import { sliceOf } from '../../src/distributed/slices.js';

/** A chunk table of chunks with so many words each. */
function tableOf(words: readonly number[]): SpoolChunks {
  const before = words.map((_, at) => words.slice(0, at).reduce((sum, count) => sum + count, 0));
  return {
    length: words.length,
    byteStarts: Float64Array.from(before),
    byteLengths: Uint32Array.from(words),
    firstSentences: Float64Array.from(before, (_, at) => 10 * at),
    sentenceCounts: Uint32Array.from(words, () => 10),
    tokenCounts: Uint32Array.from(words),
    generations: new Uint32Array(words.length),
  };
}

test('slices hold every chunk once, in order, and about as many words each', () => {
  const words = Array.from({ length: 100 }, (_, at) => 50 + ((at * 37) % 100));
  const table = tableOf(words);
  const total = words.reduce((sum, count) => sum + count, 0);
  for (const count of [1, 2, 3, 7, 16]) {
    const slices = Array.from({ length: count }, (_, index) => sliceOf(table, index, count));
    const places = slices.flatMap(({ chunks }) => [...chunks.byteStarts]);
    assert.deepEqual(places, [...table.byteStarts]);
    for (const { chunks, words: own } of slices) {
      assert.equal(
        own,
        [...chunks.tokenCounts].reduce((sum, tokens) => sum + tokens, 0),
      );
      assert.ok(Math.abs(own - total / count) <= 150, `${own} of ${total} in ${count}`);
    }
  }
});

test('where there are fewer chunks than slices, some are empty', () => {
  const slices = Array.from({ length: 5 }, (_, index) => sliceOf(tableOf([100, 100]), index, 5));
  assert.deepEqual(
    slices.map(({ chunks, words }) => [chunks.length, words]),
    [
      [0, 0],
      [1, 100],
      [0, 0],
      [1, 100],
      [0, 0],
    ],
  );
});

test('a shard without words has its chunks in the first slice; one without chunks has empty slices', () => {
  assert.equal(sliceOf(tableOf([0, 0]), 0, 3).chunks.length, 2);
  assert.equal(sliceOf(tableOf([0, 0]), 1, 3).chunks.length, 0);
  assert.deepEqual([sliceOf(tableOf([]), 0, 2).words, sliceOf(tableOf([]), 0, 2).chunks.length], [0, 0]);
});
