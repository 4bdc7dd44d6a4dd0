import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenBlock } from '../../../src/core/blocks.js';
import { SampleWords } from '../../../src/pipeline/estimate/count-sample.js';
import { Growth } from '../../../src/pipeline/estimate/heaps.js';
import { exactly } from '../../../src/pipeline/estimate/range.js';

test('types that grow by a power of the tokens are predicted exactly, from the later points', () => {
  // The first quarter follows no law.
  const points = Array.from({ length: 40 }, (_, index) => {
    const tokens = 1_000 * (index + 1);
    return { tokens, types: index < 9 ? 1 : 20 * tokens ** 0.5 };
  });
  const growth = new Growth(points);
  assert.ok(Math.abs(growth.beta - 0.5) < 1e-9);
  assert.ok(Math.abs(growth.typesAt(4_000_000) - 40_000) < 1e-3);
  // Within the sample it is what was counted, between two points on the line between them.
  assert.equal(growth.typesAt(40_000), 20 * 200);
  assert.equal(growth.typesAt(30_500), (20 * 30_000 ** 0.5 + 20 * 31_000 ** 0.5) / 2);
});

test('a range holds the likeliest figure, and one that was counted has no margin', () => {
  const growth = new Growth([10, 20, 30, 40].map((tokens) => ({ tokens, types: tokens ** 0.6 })));
  assert.deepEqual(growth.rangeAt(exactly(40)), exactly(40 ** 0.6));
  const { low, likely, high } = growth.rangeAt(exactly(400));
  assert.ok(low < likely && likely < 400 ** 0.6 && 400 ** 0.6 < high);
});

test('the words of a sample: types, their length, those that occur often', () => {
  const words = new SampleWords([tokenBlock([['a', 'bb', 'a'], ['ccc']]), tokenBlock([['a', 'bb']])]);
  assert.equal(words.tokens, 6);
  assert.equal(words.types, 3);
  assert.equal(words.wordBytes, 2);
  assert.deepEqual(
    [1, 2, 3, 4].map((least) => words.withCount(least)),
    [3, 2, 1, 0],
  );
  assert.deepEqual(words.typesOf(exactly(6)), exactly(3));
});
