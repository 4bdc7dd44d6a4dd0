import assert from 'node:assert/strict';
import { type Matrix, rowOf, type TrainedVectors } from '../../../src/core/vectors.js';

/**
 * Equal within 1e-4 of the matrix's largest value. The kernel sums in float32, in another order than the reference
 * sums in float64, and its sigmoid is a polynomial good to 3e-7: each update is off by about 1e-7 of itself, and the
 * thousands of updates of an epoch, each reading what others wrote, make some 1e-5 of that.
 */
export function assertClose(actual: Matrix, expected: Matrix, what: string): void {
  assert.equal(actual.rows, expected.rows);
  let largest = 0;
  let difference = 0;
  for (let row = 0; row < expected.rows; row++) {
    const theirs = rowOf(expected, row);
    const ours = rowOf(actual, row);
    for (let j = 0; j < theirs.length; j++) {
      largest = Math.max(largest, Math.abs(theirs[j]!));
      difference = Math.max(difference, Math.abs(ours[j]! - theirs[j]!));
      if (Number.isNaN(ours[j]!)) difference = Number.POSITIVE_INFINITY;
    }
  }
  assert.ok(largest > 0, `${what} is all zeros`);
  assert.ok(
    difference <= 1e-4 * largest,
    `${what} differs by ${difference}; its largest value is ${largest}`,
  );
}

/** The same matrices and losses, as far as rounding goes, and as many words. */
export function assertSame(native: TrainedVectors, reference: TrainedVectors): void {
  assertClose(native.input, reference.input, 'E');
  assertClose(native.output, reference.output, 'W');
  for (const [epoch, loss] of reference.summary.lossByEpoch.entries()) {
    assert.ok(Math.abs(native.summary.lossByEpoch[epoch]! / loss - 1) < 1e-5);
  }
  assert.equal(native.summary.words, reference.summary.words);
}
