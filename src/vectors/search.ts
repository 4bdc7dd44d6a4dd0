import { availableParallelism } from 'node:os';
import { type Matrix, rowOf } from '../core/vectors.js';
import { type Addon, availableAddon } from '../native/addon.js';
import { type ScoredRow, searchPlainly } from './plain-search.js';
import { rowLengths, type Similarity } from './similarity.js';

/** How rows are compared with queries, and which are not wanted. */
export interface SearchOptions {
  /** By default `cosine`. */
  readonly similarity?: Similarity;
  /** For each query, rows that are not wanted. */
  readonly leftOut?: readonly Iterable<number>[];
}

/** The same for one query. */
export interface NearestOptions {
  readonly similarity?: Similarity;
  readonly leftOut?: Iterable<number>;
}

/** What finds the rows most similar to a query, best first; of equal ones the lower row is better. */
export interface RowSearch {
  nearestTo(query: Float32Array, count: number, options?: NearestOptions): ScoredRow[];
}

/** What a search runs on. */
export interface SearchMeans {
  /** The addon's kernel, one of `instructionSets()`, or null for plain TypeScript. By default the widest there is. */
  readonly instructionSet?: string | null;
  /** By default as many as the machine runs at once. */
  readonly threads?: number;
}

/** Queries of one call of the addon: so many that rows are read from memory seldom, and a call ends within a second or so. */
const QUERIES_AT_ONCE = 256;

/**
 * Search among all rows of a matrix, of any stride and place in memory, for those most similar to queries. Natively
 * where the addon is built: kernels compare in float32, several queries at a time, on all processors, and what may be
 * among the best is compared again in float64. So results are those of plain TypeScript, bit for bit, everywhere.
 *
 * The rows must not change: their lengths are computed when they are first needed, and kept.
 */
export class ExactSearch implements RowSearch {
  readonly matrix: Matrix;
  readonly #addon: Addon | null;
  readonly #instructionSet: string;
  readonly #threads: number;
  #lengths: Float64Array | undefined;

  constructor(matrix: Matrix, { instructionSet, threads = availableParallelism() }: SearchMeans = {}) {
    this.matrix = matrix;
    this.#threads = threads;
    // The addon takes no rows without numbers: they are all alike.
    this.#addon = instructionSet === null || matrix.dimensions === 0 ? null : availableAddon();
    this.#instructionSet = instructionSet ?? this.#addon?.instructionSets()[0] ?? '';
  }

  /** The Euclidean length of each row; not finite where one of its numbers is not. */
  get lengths(): Float64Array {
    this.#lengths ??= this.#addon
      ? this.#addon.rowLengths({ ...this.matrix, threads: this.#threads })
      : rowLengths(this.matrix);
    return this.#lengths;
  }

  /**
   * For each query the `count` rows most similar to it, best first; of equal ones the lower row is better. Fewer where
   * there are fewer: rows (and queries) with a number that is not finite are never similar to anything.
   *
   * @param queries as many dimensions as the rows
   * @throws RangeError for queries of other dimensions
   */
  nearest(
    queries: Matrix,
    count: number,
    { similarity = 'cosine', leftOut = [] }: SearchOptions = {},
  ): ScoredRow[][] {
    const { dimensions } = this.matrix;
    if (queries.dimensions !== dimensions) {
      throw new RangeError(`queries of ${queries.dimensions} dimensions among rows of ${dimensions}`);
    }
    const found: ScoredRow[][] = [];
    for (let first = 0; first < queries.rows; first += QUERIES_AT_ONCE) {
      const vectors = rowsFrom(queries, first, Math.min(queries.rows, first + QUERIES_AT_ONCE));
      const unwanted = vectors.map((_, index) => leftOut[first + index] ?? []);
      found.push(...this.#search(vectors, count, similarity, unwanted));
    }
    return found;
  }

  /** The same for one query. */
  nearestTo(query: Float32Array, count: number, { similarity, leftOut }: NearestOptions = {}): ScoredRow[] {
    const queries = { data: query, rows: 1, dimensions: query.length, stride: query.length };
    const options = { ...(similarity && { similarity }), ...(leftOut && { leftOut: [leftOut] }) };
    return this.nearest(queries, count, options)[0]!;
  }

  #search(
    queries: readonly Float32Array[],
    count: number,
    similarity: Similarity,
    leftOut: readonly Iterable<number>[],
  ): ScoredRow[][] {
    if (!this.#addon) {
      return queries.map((query, index) =>
        searchPlainly(this.matrix, this.lengths, query, count, similarity, new Set(leftOut[index])),
      );
    }
    const unwanted = leftOut.map((rows) => [...rows]);
    let end = 0;
    const { rows, scores, ends } = this.#addon.searchRows({
      ...this.matrix,
      lengths: this.lengths,
      queries: joined(queries, this.matrix.dimensions),
      queryCount: queries.length,
      count: Math.min(count, this.matrix.rows),
      similarity,
      leftOut: Uint32Array.from(unwanted.flat()),
      leftOutEnds: Uint32Array.from(unwanted, ({ length }) => (end += length)),
      threads: this.#threads,
      instructionSet: this.#instructionSet,
    });
    return queries.map((_, query) =>
      Array.from(rows.subarray(ends[query - 1] ?? 0, ends[query]), (row, index) => ({
        row,
        similarity: scores[(ends[query - 1] ?? 0) + index]!,
      })),
    );
  }
}

function rowsFrom(matrix: Matrix, first: number, end: number): Float32Array[] {
  return Array.from({ length: end - first }, (_, index) => rowOf(matrix, first + index));
}

function joined(vectors: readonly Float32Array[], dimensions: number): Float32Array {
  const all = new Float32Array(vectors.length * dimensions);
  for (const [index, vector] of vectors.entries()) all.set(vector, index * dimensions);
  return all;
}
