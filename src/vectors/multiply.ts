import { type Matrix, rowOf } from '../core/vectors.js';
import type { ScoredRow } from './plain-search.js';
import { type Measured, similarityOf } from './similarity.js';
import { Top } from './top.js';

/** What keeps 3CosMul from dividing by 0, as its paper has it. */
export const EPSILON = 0.001;

/** An analogy by its vectors: `a` is to `b` as `c` is to what is searched. */
export interface AnalogyVectors {
  readonly a: Measured;
  readonly b: Measured;
  readonly c: Measured;
}

/**
 * The rows that complete an analogy best by 3CosMul: those with the largest cos(w, c) cos(w, b) / (cos(w, a) + epsilon),
 * each cosine shifted from [-1, 1] to [0, 1] (Levy & Goldberg 2014, "Linguistic Regularities in Sparse and Explicit Word
 * Representations", equation 4 and footnote 7). Best first; of equal ones the lower row.
 *
 * @param lengths of the rows, by `rowLengths`
 */
export function nearestByProduct(
  matrix: Matrix,
  lengths: Float64Array,
  { a, b, c }: AnalogyVectors,
  count: number,
  leftOut: ReadonlySet<number>,
  epsilon = EPSILON,
): ScoredRow[] {
  const top = new Top(count);
  for (let row = 0; row < matrix.rows; row++) {
    if (leftOut.has(row)) continue;
    const candidate = { vector: rowOf(matrix, row), length: lengths[row]! };
    const shifted = (other: Measured) => (1 + similarityOf('cosine', candidate, other)) / 2;
    top.offer(row, (shifted(c) * shifted(b)) / (shifted(a) + epsilon));
  }
  return top.sorted().map(({ row, score }) => ({ row, similarity: score }));
}
