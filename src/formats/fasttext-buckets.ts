import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { endianness } from 'node:os';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import { meanOfNGrams } from '../core/subword-vectors.js';
import { nGramBuckets, type SubwordOptions } from '../core/subwords.js';
import { type Matrix, rowOf } from '../core/vectors.js';
import type { BinaryCursor } from './binary-cursor.js';
import { allocateMatrix, type ReadOptions } from './word-vectors.js';

const READ_BYTES = 4 << 20;
const BIG_ENDIAN = endianness() === 'BE';

/** The rows of a model's n-grams: in memory those that its words use, the others where they are. */
export class FasttextBuckets {
  readonly #options: SubwordOptions;
  /** By bucket, its row in memory; -1 where it is not there. */
  readonly #places: Int32Array;
  readonly #rows: Matrix;
  readonly #spare: Float32Array;
  readonly #readRow: (bucket: number, row: Float32Array) => void;

  private constructor(
    options: SubwordOptions,
    places: Int32Array,
    rows: Matrix,
    readRow: (bucket: number, row: Float32Array) => void,
  ) {
    this.#options = options;
    this.#places = places;
    this.#rows = rows;
    this.#spare = new Float32Array(rows.dimensions);
    this.#readRow = readRow;
  }

  /**
   * Reads the buckets' rows, which come next, and keeps those that some word uses.
   *
   * @param stored the file where a row that is not kept can be read later; without it all are kept
   */
  static async read(
    cursor: BinaryCursor,
    words: readonly string[],
    options: SubwordOptions,
    dimensions: number,
    { signal }: ReadOptions,
    stored: Stats | undefined,
  ): Promise<FasttextBuckets> {
    const first = cursor.position;
    const [places, kept] = stored ? placesOfUsed(words, options) : placesOfAll(options.buckets);
    const rows = allocateMatrix(kept, dimensions, cursor.path);
    const rowBytes = 4 * dimensions;
    const together = Math.max(1, Math.floor(READ_BYTES / rowBytes));
    const buffer = Buffer.allocUnsafe(together * rowBytes);
    for (let start = 0; start < options.buckets; start += together) {
      if (signal) throwIfAborted(signal);
      const held = buffer.subarray(0, Math.min(together, options.buckets - start) * rowBytes);
      await cursor.fill(held, 'its input matrix');
      if (BIG_ENDIAN) held.swap32();
      for (let i = 0; i * rowBytes < held.length; i++) {
        const place = places[start + i]!;
        if (place >= 0) held.copy(bytesOf(rowOf(rows, place)), 0, i * rowBytes, (i + 1) * rowBytes);
      }
    }
    const readRow = stored ? rowOnDisk(cursor.path, first, stored) : () => {};
    return new FasttextBuckets(options, places, rows, readRow);
  }

  /** The vector of a string by its n-grams, and its own row where it has one; undefined for one that has neither. */
  vectorOf(word: string, own?: Float32Array): Float32Array | undefined {
    return meanOfNGrams(word, this.#options, (bucket) => this.#rowOf(bucket), own);
  }

  #rowOf(bucket: number): Float32Array {
    const place = this.#places[bucket]!;
    if (place >= 0) return rowOf(this.#rows, place);
    this.#readRow(bucket, this.#spare);
    return this.#spare;
  }
}

function placesOfUsed(words: readonly string[], options: SubwordOptions): [Int32Array, number] {
  const places = new Int32Array(options.buckets).fill(-1);
  for (const word of words) for (const bucket of nGramBuckets(word, options)) places[bucket] = 0;
  let used = 0;
  for (let bucket = 0; bucket < places.length; bucket++) if (places[bucket] === 0) places[bucket] = used++;
  return [places, used];
}

function placesOfAll(buckets: number): [Int32Array, number] {
  return [Int32Array.from({ length: buckets }, (_, bucket) => bucket), buckets];
}

/** Reads a bucket's row when it is asked for. */
function rowOnDisk(path: string, firstBucket: number, known: Stats) {
  return (bucket: number, row: Float32Array): void => {
    const bytes = bytesOf(row);
    try {
      const file = openSync(path, 'r');
      try {
        const { ino, size, mtimeMs } = fstatSync(file);
        if (ino !== known.ino || size !== known.size || mtimeMs !== known.mtimeMs)
          throw new Error('it is not the file any more that it was when it was read');
        readSync(file, bytes, 0, bytes.length, firstBucket + bucket * bytes.length);
      } finally {
        closeSync(file);
      }
    } catch (cause) {
      const problem = `no vector can be read from this file: ${(cause as Error).message}`;
      throw new WordmillError('inputOutput', problem, { place: { file: path }, cause });
    }
    if (BIG_ENDIAN) bytes.swap32();
  };
}

function bytesOf(row: Float32Array): Buffer {
  return Buffer.from(row.buffer, row.byteOffset, row.byteLength);
}
