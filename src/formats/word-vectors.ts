import { WordmillError } from '../core/errors.js';
import type { Report } from '../core/report.js';
import { type Matrix, zeroMatrix } from '../core/vectors.js';
import type { Words } from '../core/words.js';
import type { VectorFormat } from './vector-stream.js';

/** What every vector format holds: words, and for word `i` row `i` of a matrix. */
export interface WordVectors {
  readonly words: Words | readonly string[];
  readonly matrix: Matrix;
  /** How often each word occurred, where the file says it. */
  readonly counts?: Float64Array;
  /** Composes the vector of a string that is not among the words, where it can; undefined for a string that has none. */
  readonly vectorOf?: (word: string) => Float32Array | undefined;
}

/** Vectors whose words are all there as strings: what most readers give, and what writers take. */
export interface ListedVectors extends WordVectors {
  readonly words: readonly string[];
}

/** @throws WordmillError `internal` where there are not as many rows as words: such a file would be broken. */
export function checkOneRowEach({ words, matrix }: WordVectors): void {
  if (words.length !== matrix.rows) {
    throw new WordmillError('internal', `${words.length} words but ${matrix.rows} vectors`);
  }
}

/** What readers take besides a path. */
export interface ReadOptions {
  /** Stops the reading when it fires. */
  readonly signal?: AbortSignal;
  /** Who is told of progress, and of what is odd about a file: bytes that are not UTF-8, numbers that are not finite. */
  readonly report?: Report;
  /** The format, where it is not to be told by content. */
  readonly format?: VectorFormat;
  /** How many rows are read at most: the first ones. */
  readonly limit?: number;
  /** Check all words of a file that is opened without reading all of it. */
  readonly verify?: boolean;
  /** For formats without words: the file that has them, one on each line. */
  readonly wordList?: string;
}

/**
 * A matrix for what a file holds.
 *
 * @throws WordmillError `outOfMemory` where there is no room for it.
 */
export function allocateMatrix(rows: number, dimensions: number, file: string): Matrix {
  try {
    return zeroMatrix(rows, dimensions);
  } catch (cause) {
    const gigabytes = ((rows * dimensions * 4) / 1e9).toFixed(1);
    throw new WordmillError(
      'outOfMemory',
      `no memory for ${rows} vectors of ${dimensions} numbers (${gigabytes} GB)`,
      {
        place: { file },
        cause,
      },
    );
  }
}
