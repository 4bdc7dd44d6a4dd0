import { totalmem } from 'node:os';
import { WordmillError } from '../core/errors.js';
import { type Matrix, zeroMatrix } from '../core/vectors.js';
import { paddedStride } from '../native/addon.js';
import type { ResolvedTrainOptions } from './engine.js';

/**
 * Memory that the matrices E and W take, in bytes, at most (rows rounded up to 64 bytes, as the native engine does);
 * with `patience` twice that, for the copies of the best epoch.
 *
 * @param words the size of the vocabulary.
 */
export function estimateMatrices(
  words: number,
  options: Pick<ResolvedTrainOptions, 'dimensions' | 'loss' | 'patience' | 'buckets'>,
): number {
  const rows = words + outputRows(words, options.loss) + subwordRows(words, options.buckets);
  return (
    (options.patience ? 2 : 1) * rows * paddedStride(options.dimensions) * Float32Array.BYTES_PER_ELEMENT
  );
}

/** Rows of n-grams and of composed vectors, roughly: English has some five n-grams a word, longer words have more. */
function subwordRows(words: number, buckets: number | undefined): number {
  return buckets === undefined ? 0 : words + Math.min(buckets, 8 * words);
}

/** Rows of the output matrix W: one a word; with hierarchical softmax one an inner node of the tree. */
export function outputRows(words: number, loss: ResolvedTrainOptions['loss']): number {
  return loss === 'hierarchical' ? Math.max(0, words - 1) : words;
}

/**
 * Refuses matrices that this machine cannot hold, rather than have the system kill the process hours later.
 *
 * @param bytes what they take, such as `estimateMatrices` says.
 * @throws WordmillError `outOfMemory`.
 */
export function checkMatricesFit(bytes: number, memory = usableMemory()): void {
  if (bytes > memory) throw tooLarge(bytes, `this machine has ${gigabytes(memory)} GB`);
}

/** The machine's, or what a container may have of it, in bytes. */
function usableMemory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}

/**
 * A matrix of zeros.
 *
 * @throws WordmillError `outOfMemory` if the memory cannot be had.
 */
export function allocateMatrix(rows: number, dimensions: number): Matrix {
  try {
    return zeroMatrix(rows, dimensions);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw tooLarge(rows * dimensions * Float32Array.BYTES_PER_ELEMENT, 'the system did not give it', error);
  }
}

function tooLarge(bytes: number, why: string, cause?: unknown): WordmillError {
  return new WordmillError('outOfMemory', `the vectors need ${gigabytes(bytes)} GB of memory; ${why}`, {
    hint: 'Take fewer words (vocabulary.maxSize or minCount) or fewer train.dimensions.',
    cause,
  });
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
