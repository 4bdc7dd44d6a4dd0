import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WordmillError } from '../../src/core/errors.js';
import { allocateMatrix, checkMatricesFit, estimateMatrices, outputRows } from '../../src/train/matrices.js';

test('two matrices of 4-byte numbers, rows rounded up to 64 bytes', () => {
  assert.equal(estimateMatrices(1_000, { dimensions: 16, loss: 'negative' }), 2 * 1_000 * 16 * 4);
  assert.equal(estimateMatrices(1_000, { dimensions: 100, loss: 'softmax' }), 2 * 1_000 * 112 * 4);
  assert.equal(estimateMatrices(1_000, { dimensions: 16, loss: 'hierarchical' }), (1_000 + 999) * 16 * 4);
});

test('W has a row for each word, or for each inner node of the Huffman tree', () => {
  assert.equal(outputRows(5, 'negative'), 5);
  assert.equal(outputRows(5, 'softmax'), 5);
  assert.equal(outputRows(5, 'hierarchical'), 4);
  assert.equal(outputRows(0, 'hierarchical'), 0);
});

test('matrices larger than the memory are refused with both sizes and what to do', () => {
  const options = { dimensions: 100, loss: 'negative' } as const;
  checkMatricesFit(estimateMatrices(1_000_000, options), 1e9);
  assert.throws(() => checkMatricesFit(estimateMatrices(2_000_000, options), 1e9), {
    kind: 'outOfMemory',
    message:
      'the vectors need 1.8 GB of memory; this machine has 1.0 GB\n' +
      '  Take fewer words (vocabulary.maxSize or minCount) or fewer train.dimensions.',
  });
});

test('an allocation that fails is an error of its own kind', () => {
  assert.throws(
    () => allocateMatrix(2 ** 31, 65_536),
    (error) => error instanceof WordmillError && error.kind === 'outOfMemory',
  );
});
