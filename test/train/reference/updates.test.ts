import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ContinuousBagOfWords } from '../../../src/train/reference/cbow.js';
import { HierarchicalSoftmax } from '../../../src/train/reference/hierarchical-softmax.js';
import type { Loss, Outputs } from '../../../src/train/reference/loss.js';
import type { Rows } from '../../../src/train/reference/math.js';
import { NegativeSampling } from '../../../src/train/reference/negative-sampling.js';
import { SkipGram } from '../../../src/train/reference/skip-gram.js';
import { Softmax } from '../../../src/train/reference/softmax.js';

/** log 3: a score whose sigmoid is 3/4. */
const L = Math.log(3);

function rows(...values: [number, number][]): Rows {
  return { data: Float64Array.from(values.flat()), dimensions: 2, stride: 2 };
}

function assertRows(actual: Rows, ...expected: [number, number][]): void {
  const rounded = (values: Iterable<number>) => Array.from(values, (value) => +value.toFixed(12) + 0);
  assert.deepEqual(rounded(actual.data), rounded(expected.flat()));
}

function assertLoss(actual: number, expected: number): void {
  assert.equal(actual.toFixed(12), expected.toFixed(12));
}

/** Negative sampling of two words, its draws set by hand: target 0, negative 1. */
const negative: Loss = new NegativeSampling([1, 1], { negative: 1, noisePower: 1, seed: 1 });
const targetZeroNegativeOne: Outputs = { rows: Uint32Array.of(0, 1), labels: Uint8Array.of(1, 0), length: 2 };

describe('one update of skip-gram, worked by hand (2 words, 2 dimensions, learning rate 1/2)', () => {
  test('negative sampling: context 0, target 0, negative 1', () => {
    const E = rows([1, 0], [0, 1]);
    const W = rows([L, 0], [0, 5]);
    // scores L, 0; sigmoids 3/4, 1/2; errors 1/4, -1/2
    const loss = new SkipGram(E, W, negative).update(Uint32Array.of(0), 1, targetZeroNegativeOne, 0.5);
    assertLoss(loss, -Math.log(3 / 4) - Math.log(1 / 2));
    assertRows(E, [1 + L / 8, -5 / 4], [0, 1]);
    assertRows(W, [L + 1 / 8, 0], [-1 / 4, 5]);
  });

  test('negative sampling: two contexts in a piece both see the values before it', () => {
    const E = rows([1, 0], [0, 1]);
    const W = rows([L, 0], [0, L]);
    // context 0: scores L, 0; errors 1/4, -1/2. context 1: scores 0, L; errors 1/2, -3/4.
    const loss = new SkipGram(E, W, negative).update(Uint32Array.of(0, 1), 2, targetZeroNegativeOne, 0.5);
    assertLoss(loss, -Math.log(3 / 4) - Math.log(1 / 2) - Math.log(1 / 2) - Math.log(1 / 4));
    assertRows(E, [1 + L / 8, -L / 4], [L / 4, 1 - (3 * L) / 8]);
    assertRows(W, [L + 1 / 8, 1 / 4], [-1 / 4, L - 3 / 8]);
  });

  test('a context that occurs twice, and a negative that was drawn twice, receive both sums', () => {
    const E = rows([1, 0], [0, 1]);
    const W = rows([L, 0], [0, 5]);
    const twice: Outputs = { rows: Uint32Array.of(0, 1, 1), labels: Uint8Array.of(1, 0, 0), length: 3 };
    const loss = new NegativeSampling([1, 1], { negative: 2, noisePower: 1, seed: 1 });
    new SkipGram(E, W, loss).update(Uint32Array.of(0, 0), 2, twice, 0.5);
    assertRows(E, [1 + 2 * (L / 8), 2 * (-5 / 2)], [0, 1]);
    assertRows(W, [L + 2 / 8, 0], [-4 / 4, 5]);
  });

  test('hierarchical softmax: the rarer of two words has label 1 at the only node', () => {
    const E = rows([1, 0], [0, 1]);
    const W = rows([L, 0]);
    const tree = new HierarchicalSoftmax([3, 2]);
    const loss = new SkipGram(E, W, tree).update(Uint32Array.of(0), 1, tree.outputsFor(1), 0.5);
    assertLoss(loss, -Math.log(3 / 4));
    assertRows(E, [1 + L / 8, 0], [0, 1]);
    assertRows(W, [L + 1 / 8, 0]);
  });

  test('hierarchical softmax: the more frequent has label 0', () => {
    const E = rows([1, 0], [0, 1]);
    const W = rows([L, 0]);
    const tree = new HierarchicalSoftmax([3, 2]);
    const loss = new SkipGram(E, W, tree).update(Uint32Array.of(0), 1, tree.outputsFor(0), 0.5);
    assertLoss(loss, -Math.log(1 / 4));
    assertRows(E, [1 - (3 * L) / 8, 0], [0, 1]);
    assertRows(W, [L - 3 / 8, 0]);
  });

  test('softmax: probabilities 3/4 and 1/4, target 0', () => {
    const E = rows([1, 0], [0, 1]);
    const W = rows([L, 0], [0, 5]);
    const softmax = new Softmax(2);
    const loss = new SkipGram(E, W, softmax).update(Uint32Array.of(0), 1, softmax.outputsFor(0), 0.5);
    assertLoss(loss, -Math.log(3 / 4));
    assertRows(E, [1 + L / 8, -5 / 8], [0, 1]);
    assertRows(W, [L + 1 / 8, 0], [-1 / 8, 5]);
  });
});

describe('pieces of skip-gram', () => {
  const start = () => ({ E: rows([1, 0], [0.5, 1]), W: rows([L, 0.25], [-1, 0.5]) });
  const seventeen = Uint32Array.from({ length: 17 }, (_, c) => c % 2);

  test('17 contexts are a piece of 16 and then, from the values after it, a piece of one', () => {
    const [whole, parts] = [start(), start()];
    new SkipGram(whole.E, whole.W, negative).update(seventeen, 17, targetZeroNegativeOne, 0.5);
    const model = new SkipGram(parts.E, parts.W, negative);
    model.update(seventeen, 16, targetZeroNegativeOne, 0.5);
    model.update(seventeen.subarray(16), 1, targetZeroNegativeOne, 0.5);
    assert.deepEqual(whole, parts);
  });

  test('16 contexts are one piece, not two', () => {
    const [whole, parts] = [start(), start()];
    new SkipGram(whole.E, whole.W, negative).update(seventeen, 16, targetZeroNegativeOne, 0.5);
    const model = new SkipGram(parts.E, parts.W, negative);
    model.update(seventeen, 15, targetZeroNegativeOne, 0.5);
    model.update(seventeen.subarray(15), 1, targetZeroNegativeOne, 0.5);
    assert.notDeepEqual(whole, parts);
  });
});

describe('one update of CBOW, worked by hand: contexts (2, 0) and (0, 0), whose mean is (1, 0)', () => {
  const contexts = Uint32Array.of(0, 1);

  test('negative sampling: each context receives the whole, undivided sum', () => {
    const E = rows([2, 0], [0, 0]);
    const W = rows([L, 0], [0, 5]);
    const loss = new ContinuousBagOfWords(E, W, negative).update(contexts, 2, targetZeroNegativeOne, 0.5);
    assertLoss(loss, -Math.log(3 / 4) - Math.log(1 / 2));
    assertRows(E, [2 + L / 8, -5 / 4], [L / 8, -5 / 4]);
    assertRows(W, [L + 1 / 8, 0], [-1 / 4, 5]);
  });

  test('hierarchical softmax', () => {
    const E = rows([2, 0], [0, 0]);
    const W = rows([L, 0]);
    const tree = new HierarchicalSoftmax([3, 2]);
    const loss = new ContinuousBagOfWords(E, W, tree).update(contexts, 2, tree.outputsFor(0), 0.5);
    assertLoss(loss, -Math.log(1 / 4));
    assertRows(E, [2 - (3 * L) / 8, 0], [-(3 * L) / 8, 0]);
    assertRows(W, [L - 3 / 8, 0]);
  });

  test('softmax', () => {
    const E = rows([2, 0], [0, 0]);
    const W = rows([L, 0], [0, 5]);
    const softmax = new Softmax(2);
    const loss = new ContinuousBagOfWords(E, W, softmax).update(contexts, 2, softmax.outputsFor(1), 0.5);
    assertLoss(loss, -Math.log(1 / 4));
    // errors -3/4, 3/4
    assertRows(E, [2 - (3 * L) / 8, 15 / 8], [-(3 * L) / 8, 15 / 8]);
    assertRows(W, [L - 3 / 8, 0], [3 / 8, 5]);
  });

  test('a group of two contexts is two predictions in skip-gram, one in CBOW', () => {
    const E = rows([2, 0], [0, 0]);
    const W = rows([L, 0], [0, 5]);
    assert.equal(new SkipGram(E, W, negative).predictions(2), 2);
    assert.equal(new ContinuousBagOfWords(E, W, negative).predictions(), 1);
  });
});
