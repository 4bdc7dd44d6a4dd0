import { endianness } from 'node:os';
import { WordmillError } from '../core/errors.js';
import { type Matrix, zeroMatrix } from '../core/vectors.js';
import { widenHalves } from './half-precision.js';
import { bytesOf, NUMBER_BYTES, swapBytes } from './packed-rows.js';
import type { ByteStream } from './vector-file.js';

/** How numbers lie in a file. */
export interface StoredNumbers {
  readonly type: 'f16' | 'f32' | 'f64';
  readonly dimensions: number;
  /** Little-endian by default. */
  readonly bigEndian?: boolean;
}

/** Bytes of one number. */
export const STORED_BYTES: Readonly<Record<StoredNumbers['type'], number>> = {
  ...NUMBER_BYTES,
  f64: 8,
};

const BIG_ENDIAN = endianness() === 'BE';

/** Reads rows of numbers of one type, one after the other, as float32. */
export class NumberReader {
  readonly #numbers: StoredNumbers;
  #matrix: Matrix;
  /** As they are stored, where that is not as float32. */
  #stored = new ArrayBuffer(0);

  constructor(numbers: StoredNumbers) {
    this.#numbers = numbers;
    this.#matrix = zeroMatrix(0, numbers.dimensions);
  }

  /**
   * The next rows; they are good until the next call. float64 is rounded to the nearest float32.
   *
   * @param file for messages
   * @throws WordmillError `data` where the content ends before.
   */
  async read(bytes: ByteStream, rows: number, file: string): Promise<Matrix> {
    const { type, dimensions, bigEndian = false } = this.#numbers;
    const length = rows * dimensions;
    if (this.#matrix.rows < rows) this.#matrix = zeroMatrix(rows, dimensions);
    const data = this.#matrix.data.subarray(0, length);
    const stored = type === 'f32' ? bytesOf(data) : this.#room(length * STORED_BYTES[type]);
    const read = await bytes.read(stored);
    if (read < stored.length) {
      throw new WordmillError('data', `the file ends ${stored.length - read} bytes too early`, {
        place: { file, byte: bytes.position },
        hint: 'The file was cut short: fetch or write it again.',
      });
    }
    if (bigEndian !== BIG_ENDIAN) swapBytes(stored, STORED_BYTES[type]);
    if (type === 'f16') widenHalves(new Uint16Array(this.#stored, 0, length), data);
    if (type === 'f64') data.set(new Float64Array(this.#stored, 0, length));
    return { ...this.#matrix, rows, data };
  }

  #room(bytes: number): Uint8Array {
    if (this.#stored.byteLength < bytes) this.#stored = new ArrayBuffer(bytes);
    return new Uint8Array(this.#stored, 0, bytes);
  }
}
