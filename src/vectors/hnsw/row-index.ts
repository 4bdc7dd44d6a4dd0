import { WordmillError } from '../../core/errors.js';
import { type Matrix, rowOf } from '../../core/vectors.js';
import type { ScoredRow } from '../plain-search.js';
import type { NearestOptions, RowSearch } from '../search.js';
import { measured, type Similarity, similarityOf } from '../similarity.js';
import type { Graph } from './library.js';

/**
 * Approximate search by an index (HNSW): it looks at some hundred rows, whatever their number, and misses some of the
 * nearest. Those that it finds have the same similarities, and order, as in exact search.
 */
export class RowIndex implements RowSearch {
  readonly similarity: Similarity;
  readonly #matrix: Matrix;
  readonly #graph: Graph;
  readonly #efSearch: number;

  /** @param graph of the rows of a matrix, each labelled with its number. */
  constructor(matrix: Matrix, similarity: Similarity, graph: Graph, efSearch: number) {
    this.similarity = similarity;
    this.#matrix = matrix;
    this.#graph = graph;
    this.#efSearch = efSearch;
  }

  /** @throws WordmillError `usage` for a similarity other than the index's. */
  nearestTo(
    query: Float32Array,
    count: number,
    { similarity = 'cosine', leftOut = [] }: NearestOptions = {},
  ): ScoredRow[] {
    if (similarity !== this.similarity) {
      throw new WordmillError(
        'usage',
        `this index is by ${this.similarity}; it cannot answer by ${similarity}`,
        {
          hint: 'Give each similarity an index of its own.',
        },
      );
    }
    const unwanted = new Set(leftOut);
    const wanted = Math.min(count + unwanted.size, this.#graph.getCurrentCount());
    const asked = measured(query);
    if (wanted === 0 || !Number.isFinite(asked.length)) return [];
    this.#graph.setEf(Math.max(this.#efSearch, wanted));
    return this.#graph
      .searchKnn([...query], wanted)
      .neighbors.filter((row) => !unwanted.has(row))
      .map((row) => ({
        row,
        similarity: similarityOf(similarity, measured(rowOf(this.#matrix, row)), asked),
      }))
      .sort((a, b) => b.similarity - a.similarity || a.row - b.row)
      .slice(0, count);
  }
}
