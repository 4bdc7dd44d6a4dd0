import { type Matrix, rowOf } from '../../core/vectors.js';
import type { ExactSearch } from '../search.js';
import type { RowIndex } from './row-index.js';

/** How many of the true nearest an index finds. */
export interface Recall {
  /** The share that is found, from 0 to 1. */
  readonly recall: number;
  /** How many rows were asked for their nearest. */
  readonly queries: number;
  /** How many nearest rows each was asked for. */
  readonly count: number;
}

/**
 * Measures an index against exact search: the share of the `count` rows nearest to a row, itself left out, that the index
 * finds, over at most `queries` rows spread over the matrix. A row as near as the last of the true ones counts as true.
 */
export function measureRecall(
  index: RowIndex,
  exact: ExactSearch,
  { queries = 200, count = 10 }: { readonly queries?: number; readonly count?: number } = {},
): Recall {
  const { similarity } = index;
  const { matrix } = exact;
  const rows = spread(matrix, queries).filter((row) => Number.isFinite(exact.lengths[row]!));
  let wanted = 0;
  let found = 0;
  for (const row of rows) {
    const query = rowOf(matrix, row);
    const truth = exact.nearestTo(query, count, { similarity, leftOut: [row] });
    const least = truth.at(-1)?.similarity ?? 0;
    wanted += truth.length;
    const answers = index.nearestTo(query, count, { similarity, leftOut: [row] });
    found += answers.filter((answer) => answer.similarity >= least).length;
  }
  return { recall: wanted === 0 ? 1 : found / wanted, queries: rows.length, count };
}

function spread({ rows }: Matrix, most: number): number[] {
  const count = Math.min(rows, most);
  return Array.from({ length: count }, (_, sample) => Math.floor(((sample + 0.5) * rows) / count));
}
