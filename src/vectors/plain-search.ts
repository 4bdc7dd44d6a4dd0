import { type Matrix, rowOf } from '../core/vectors.js';
import { measured, type Similarity, similarityOf } from './similarity.js';
import { Top } from './top.js';

/** A row, and how near it is to a query. */
export interface ScoredRow {
  readonly row: number;
  readonly similarity: number;
}

/**
 * The rows most similar to a query, best first, by comparing it with every row: what the addon's search gives, in plain
 * TypeScript, for machines without it.
 *
 * @param lengths of the rows, by `rowLengths`
 */
export function searchPlainly(
  matrix: Matrix,
  lengths: Float64Array,
  query: Float32Array,
  count: number,
  similarity: Similarity,
  leftOut: ReadonlySet<number>,
): ScoredRow[] {
  const top = new Top(count);
  const asked = measured(query);
  for (let row = 0; row < matrix.rows; row++) {
    if (leftOut.has(row)) continue;
    const candidate = { vector: rowOf(matrix, row), length: lengths[row]! };
    top.offer(row, similarityOf(similarity, candidate, asked));
  }
  return top.sorted().map(({ row, score }) => ({ row, similarity: score }));
}
