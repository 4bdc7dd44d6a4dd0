import type { Matrix } from '../core/vectors.js';
import { NumberReader, type StoredNumbers } from './number-reader.js';
import type { VectorFile } from './vector-file.js';
import { rowsOfBatch } from './vector-rows.js';
import type { ReadOptions } from './word-vectors.js';

/** Rows of numbers in a file, one after the other. */
export interface StoredRows extends StoredNumbers {
  /** The byte of the first. */
  readonly start: number;
  readonly rows: number;
}

/** Some of them. */
export interface StoredRange {
  /** The number of the first, from 0, and of the one after the last. */
  readonly first: number;
  readonly end: number;
  /** As float32; good until the next is asked for. */
  readonly matrix: Matrix;
}

/**
 * Reads rows of numbers, about a megabyte at a time.
 *
 * @throws WordmillError `data` where the content ends before them; as `VectorFile.bytes`.
 */
export async function* storedRows(
  file: VectorFile,
  { start, rows, ...numbers }: StoredRows,
  options: ReadOptions,
): AsyncGenerator<StoredRange> {
  const reader = new NumberReader(numbers);
  const bytes = file.bytes(options);
  const most = rowsOfBatch(numbers.dimensions);
  try {
    await bytes.skip(start);
    for (let first = 0; first < rows; first += most) {
      const end = Math.min(first + most, rows);
      yield { first, end, matrix: await reader.read(bytes, end - first, file.path) };
    }
  } finally {
    await bytes.close();
  }
}
