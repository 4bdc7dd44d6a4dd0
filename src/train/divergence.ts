import { WordmillError } from '../core/errors.js';
import type { Matrix } from '../core/vectors.js';

/** How the engines notice. */
export const LOSS_IS_NO_NUMBER = 'the loss is no longer a number';

/** The error for training whose numbers grew without bound: what it was seen by, and what to do. */
export function divergenceError(learningRate: number, seen: string, cause?: unknown): WordmillError {
  return new WordmillError('data', `training diverged: ${seen} (learning rate ${learningRate})`, {
    place: { key: 'train.learningRate' },
    hint: 'Start with a lower learning rate; 0.025 is usual for skip-gram, 0.05 for CBOW, 0.001 for nplm.',
    cause,
  });
}

/**
 * Refuses vectors that hold NaN or an infinity: the loss shows an overflow only when a later update reads the row, and
 * the last updates have none after them.
 *
 * @throws WordmillError `data`
 */
export function checkFinite({ data }: Matrix, learningRate: number): void {
  // A sum over everything, since what is not finite stays so: much faster than a test of each number.
  let sum = 0;
  for (let index = 0; index < data.length; index++) sum += data[index]! * 0;
  if (Number.isNaN(sum)) throw divergenceError(learningRate, 'the vectors hold numbers that are not finite');
}
