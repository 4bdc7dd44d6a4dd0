import { type Matrix, rowOf } from '../core/vectors.js';
import { Top } from './top.js';

/** A row and how near it is: its cosine with the query, from -1 to 1. */
export interface ScoredRow {
  readonly row: number;
  readonly similarity: number;
}

/** The Euclidean length of each row. */
export function rowLengths(matrix: Matrix): Float64Array {
  return Float64Array.from({ length: matrix.rows }, (_, row) => {
    const values = rowOf(matrix, row);
    return Math.sqrt(dot(values, values));
  });
}

/**
 * The rows with the largest cosine to a query, best first, by looking at every row. Rows (and queries) of length 0
 * have similarity 0; rows with a number that is not finite are left out; of equal rows the lower is better.
 *
 * @param query as many numbers as a row has
 * @param lengths `rowLengths(matrix)`
 * @param isLeftOut rows that are not wanted
 */
export function nearestRows(
  matrix: Matrix,
  lengths: Float64Array,
  query: Float32Array,
  count: number,
  isLeftOut: (row: number) => boolean = () => false,
): ScoredRow[] {
  const queryLength = Math.sqrt(dot(query, query));
  const top = new Top(count);
  const { data, stride, rows } = matrix;
  for (let row = 0; row < rows; row++) {
    if (isLeftOut(row)) continue;
    const length = lengths[row]! * queryLength;
    const product = dotAt(data, row * stride, query);
    top.offer(row, length === 0 ? 0 : product / length);
  }
  return top.sorted().map(({ row, score }) => ({ row, similarity: score }));
}

function dot(a: Float32Array, b: Float32Array): number {
  return dotAt(a, 0, b);
}

/** Four sums at once: one would wait for itself at every step. */
function dotAt(data: Float32Array, start: number, query: Float32Array): number {
  const dimensions = query.length;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let column = 0;
  for (; column + 3 < dimensions; column += 4) {
    a += data[start + column]! * query[column]!;
    b += data[start + column + 1]! * query[column + 1]!;
    c += data[start + column + 2]! * query[column + 2]!;
    d += data[start + column + 3]! * query[column + 3]!;
  }
  for (; column < dimensions; column++) a += data[start + column]! * query[column]!;
  return a + b + (c + d);
}
