import type { Matrix } from '../core/vectors.js';
import type { VectorBatch } from './vector-stream.js';
import { checkOneRowEach, type ListedVectors } from './word-vectors.js';

/** A batch has about this many numbers. */
const BATCH_NUMBERS = 1 << 18;

/** How many rows make a batch. */
export function rowsOfBatch(dimensions: number): number {
  return Math.max(1, Math.floor(BATCH_NUMBERS / Math.max(1, dimensions)));
}

/** Vectors in memory as batches; their matrices are views. */
export function* batchesOf(vectors: ListedVectors): Generator<VectorBatch> {
  checkOneRowEach(vectors);
  const { words, matrix, counts } = vectors;
  const most = rowsOfBatch(matrix.dimensions);
  for (let first = 0; first < words.length; first += most) {
    const end = Math.min(first + most, words.length);
    yield {
      words: words.slice(first, end),
      matrix: rowRange(matrix, first, end),
      ...(counts && { counts: counts.subarray(first, end) }),
    };
  }
}

/** Rows [first, end) of a matrix, as a view. */
export function rowRange(matrix: Matrix, first: number, end: number): Matrix {
  const { stride } = matrix;
  return { ...matrix, rows: end - first, data: matrix.data.subarray(first * stride, end * stride) };
}
