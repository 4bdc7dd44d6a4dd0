import type { LongWork } from './long-work.js';

/** A search for the nearest rows of every row. */
export interface NeighboursJob {
  /** [rows, dimensions], finite; dimensions are a multiple of 4. */
  readonly values: Float64Array;
  readonly rows: number;
  readonly dimensions: number;
  /** Less than there are rows; and rows x count at most 2^29. */
  readonly count: number;
  readonly threads: number;
}

/** A descent of t-SNE, from a map to a better one. */
export interface DescentJob {
  /** A symmetric matrix, sparse: row i has the entries from `starts[i]` to before `starts[i + 1]`. */
  readonly points: number;
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
  /** [points, 2] */
  readonly start: Float64Array;
  readonly iterations: number;
  /** In so many iterations, the first, affinities are multiplied by `exaggeration`, and momentum is `earlyMomentum`. */
  readonly exaggerated: number;
  readonly exaggeration: number;
  readonly earlyMomentum: number;
  readonly momentum: number;
  readonly learningRate: number;
  /** From 0 to 1. */
  readonly theta: number;
  readonly threads: number;
}

/** The addon's part for maps. Arrays are copied before the call returns; results do not depend on the number of threads. */
export interface ProjectionAddon {
  /** Gives [rows, count], nearest first. Progress is in rows. */
  startNeighbours(
    job: NeighboursJob,
  ): LongWork<{ readonly rows: Uint32Array; readonly squares: Float64Array }>;
  /** Progress is in iterations. */
  startDescent(job: DescentJob): LongWork<{
    readonly positions: Float64Array;
    readonly normaliser: number;
    /** Whether points flew apart. Positions are then of no use. */
    readonly diverged: boolean;
  }>;
}
