import { Random, STREAMS } from '../core/random.js';
import type { Matrix } from '../core/vectors.js';

/**
 * Fills a matrix with the values that training starts from: component `j` of row `r` is
 * `(2 * unit() - 1) * initialRange / dimensions`, so uniform in +-initialRange/dimensions, as in word2vec.c
 * (docs/sampling.md, "Initial rows"). Each row has a stream of its own, keyed by seed and row number: a row's values
 * depend on neither the size of the vocabulary nor the stride. Padding is left alone.
 */
export function fillInitialRows(
  matrix: Matrix,
  options: { readonly seed: number; readonly initialRange: number },
): void {
  const { data, rows, dimensions, stride } = matrix;
  const { initialRange } = options;
  const random = new Random(options.seed, STREAMS.initialRows);
  for (let row = 0; row < rows; row++) {
    const start = row * stride;
    fillInitialRow(data.subarray(start, start + dimensions), random.fork(row), initialRange);
  }
}

/** Fills one row, of as many numbers as it has dimensions, with what it starts from. */
export function fillInitialRow(row: Float32Array, random: Random, initialRange: number): void {
  const dimensions = row.length;
  for (let column = 0; column < dimensions; column++) {
    row[column] = ((2 * random.unit() - 1) * initialRange) / dimensions;
  }
}
