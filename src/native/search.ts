/** What the addon takes and gives to compare rows. */

/** Rows of float32, as a Matrix has them; at least one dimension. They need no alignment. */
interface Rows {
  readonly data: Float32Array;
  readonly rows: number;
  readonly dimensions: number;
  readonly stride: number;
}

/** A search for the rows most similar to some queries. */
export interface SearchJob extends Rows {
  /** By row, from `rowLengths`. */
  readonly lengths: Float64Array;
  /** Queries one after the other, without padding: `queryCount` x `dimensions`; at most 65,536. */
  readonly queries: Float32Array;
  readonly queryCount: number;
  /** How many rows of each query are wanted at most. */
  readonly count: number;
  readonly similarity: 'cosine' | 'euclidean' | 'dot';
  /** Rows that are not wanted: of the first query, then of the next; and for each query, where its end. */
  readonly leftOut: Uint32Array;
  readonly leftOutEnds: Uint32Array;
  readonly threads: number;
  /** One of `instructionSets()`. */
  readonly instructionSet: string;
}

/** Dot products of rows with queries, summed in float32. */
export interface DotProductsJob extends Rows {
  /** Queries one after the other, without padding: `queryCount` x `dimensions`; at most 65,536. */
  readonly queries: Float32Array;
  readonly queryCount: number;
  /** Filled: `queryCount` x `rows`. */
  readonly products: Float32Array;
  /** One of `instructionSets()`. */
  readonly instructionSet: string;
}

/** What was found: best first, query after query. */
export interface RowsFound {
  readonly rows: Uint32Array;
  readonly scores: Float64Array;
  /** By query, the index just after its last row. */
  readonly ends: Uint32Array;
}

/** The addon's part for search. All of it blocks until it is done. */
export interface SearchAddon {
  searchRows(job: SearchJob): RowsFound;
  /** The Euclidean length of each row. */
  rowLengths(rows: Rows & { readonly threads: number }): Float64Array;
  dotProducts(job: DotProductsJob): void;
  /** The sum of many floats. For benchmarks: it takes as long as reading them from memory does. */
  sumFloats(job: {
    readonly data: Float32Array;
    readonly threads: number;
    readonly instructionSet: string;
  }): number;
}
