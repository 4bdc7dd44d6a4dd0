import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { logisticLoss } from '../../src/train/reference/logistic.js';

describe('scores that count as certain', () => {
  const errorOf = (score: number, label: 0 | 1) => {
    const errors = Float64Array.of(0);
    const outputs = { rows: Uint32Array.of(0), labels: Uint8Array.of(label), length: 1 };
    const loss = logisticLoss(outputs, Float64Array.of(score), errors);
    return { error: errors[0]!, loss };
  };

  test('are not learned from, right or wrong', () => {
    for (const score of [6, -6, 7, -1000]) {
      for (const label of [0, 1] as const) assert.equal(errorOf(score, label).error, 0);
    }
  });

  test('those below are, as ever', () => {
    assert.equal(errorOf(5.999, 0).error, -1 / (1 + Math.exp(-5.999)));
    assert.equal(errorOf(-5.999, 1).error, 1 - 1 / (1 + Math.exp(5.999)));
  });

  test('count in the loss as they are', () => {
    assert.equal(errorOf(-1000, 1).loss, 1000);
    assert.equal(errorOf(1000, 1).loss, 0);
  });
});
