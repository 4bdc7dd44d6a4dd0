import assert from 'node:assert/strict';
import { test } from 'node:test';
import { learningRateAt } from '../../src/train/learning-rate.js';

test('the learning rate falls linearly with the words done', () => {
  assert.equal(learningRateAt(0.025, 0, 1_000), 0.025);
  assert.equal(learningRateAt(0.5, 250, 1_000), 0.375);
  assert.equal(learningRateAt(0.05, 500, 1_000), 0.025);
});

test('it stops falling at 0.0001 of where it started', () => {
  assert.equal(learningRateAt(0.5, 1_000, 1_000), 0.5 * 0.0001);
  assert.equal(learningRateAt(0.5, 2_000, 1_000), 0.5 * 0.0001);
  assert.equal(learningRateAt(0.5, 99_999, 100_000), 0.5 * 0.0001);
});

test('where nothing is to be done it stays at its start', () => {
  assert.equal(learningRateAt(0.025, 0, 0), 0.025);
});
