import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { workOf } from '../../../bench/native/work.js';
import { Vocabulary } from '../../../src/core/vocabulary.js';

/** Words that occur 10 times each, 1 of 16,384: their share is below the threshold of 1e-4, so that all are kept. */
const even = new Vocabulary({
  words: Array.from({ length: 2 ** 14 }, (_, id) => `w${id}`),
  counts: new Float64Array(2 ** 14).fill(10),
});

describe('the work of an epoch', () => {
  test('of skip-gram is 6 d for each of 6 contexts and 6 outputs', () => {
    const work = workOf(even, { model: 'skipgram', loss: 'negative', dimensions: 100 });
    const targets = 10 * 2 ** 14;
    assert.ok(Math.abs(work.targets - targets) < 1);
    assert.ok(Math.abs(work.operations / (targets * 21_600) - 1) < 1e-6);
    // Seven rows of 448 bytes, in and out.
    assert.ok(Math.abs(work.bytes / (targets * 2 * 7 * 448) - 1) < 1e-6);
  });

  test('of CBOW is 6 d for each output and 2 d for each context', () => {
    const work = workOf(even, { model: 'cbow', loss: 'negative', dimensions: 16 });
    assert.ok(Math.abs(work.operations / work.targets - (36 + 12) * 16) < 1e-6);
  });

  test('of hierarchical softmax takes a path: 14 nodes in an even tree of 2^14 words', () => {
    const work = workOf(even, { model: 'skipgram', loss: 'hierarchical', dimensions: 100 });
    assert.ok(Math.abs(work.outputs - 14) < 1e-9);
  });
});
