import { isUtf8 } from 'node:buffer';
import { WordmillError } from '../core/errors.js';
import type { Words } from '../core/words.js';

/** Words as they lie in a file: their bytes, where each ends, and their order. None of it need be right. */
export interface WordTable {
  readonly bytes: Uint8Array;
  /** By row, the byte after its word. */
  readonly ends: Uint32Array;
  /** The rows in the order of their words' bytes. */
  readonly sorted: Uint32Array;
  readonly file: string;
  /** The bytes of the file at which these three start, for messages. */
  readonly places: { readonly ends: number; readonly sorted: number; readonly bytes: number };
}

/**
 * Words that are decoded when they are asked for, and found by binary search. What is asked for is checked, and no more:
 * `checkAll` checks the rest.
 */
export class StoredWords implements Words {
  /** How many there are, or how many of them are wanted: the first ones. */
  readonly length: number;
  readonly #table: WordTable;
  readonly #bytes: Buffer;

  constructor(table: WordTable, limit = Infinity) {
    this.#table = table;
    this.#bytes = Buffer.from(table.bytes.buffer, table.bytes.byteOffset, table.bytes.byteLength);
    this.length = Math.min(table.ends.length, limit);
  }

  /** @throws RangeError for a row that is not there; WordmillError `data` where the file is damaged. */
  at(row: number): string {
    if (!(Number.isInteger(row) && row >= 0 && row < this.length)) {
      throw new RangeError(`there is no row ${row} among ${this.length}`);
    }
    const [start, end] = this.#range(row);
    return this.#bytes.toString('utf8', start, end);
  }

  /** @throws WordmillError `data` where the file is damaged. */
  rowOf(word: string): number | undefined {
    const wanted = Buffer.from(word);
    const { sorted } = this.#table;
    let first = 0;
    for (let end = sorted.length; first < end; ) {
      const middle = (first + end) >>> 1;
      if (this.#compare(this.#rowAt(middle), wanted) < 0) first = middle + 1;
      else end = middle;
    }
    if (first === sorted.length) return undefined;
    const row = this.#rowAt(first);
    // Half a surrogate pair has no bytes of its own: decoded, what was found is another word.
    return row < this.length && this.#compare(row, wanted) === 0 && this.at(row) === word ? row : undefined;
  }

  *[Symbol.iterator](): Iterator<string> {
    for (let row = 0; row < this.length; row++) yield this.at(row);
  }

  /** @throws WordmillError `data`, with file and byte, where ends go back or past the words, a word is not UTF-8, or the order is wrong. */
  checkAll(): void {
    const { ends, sorted } = this.#table;
    for (let row = 0; row < ends.length; row++) {
      const [start, end] = this.#range(row);
      if (!isUtf8(this.#bytes.subarray(start, end))) {
        throw this.#damaged('bytes', start, `the word of row ${row + 1} is not UTF-8`);
      }
    }
    for (let place = 1; place < sorted.length; place++) {
      const [before, row] = [this.#rowAt(place - 1), this.#rowAt(place)];
      const [start, end] = this.#range(row);
      const order = this.#compare(before, this.#bytes.subarray(start, end)) || before - row;
      if (order < 0) continue;
      throw this.#damaged(
        'sorted',
        4 * place,
        `words_sorted is out of order at ${place + 1} of ${sorted.length}`,
      );
    }
    if (sorted.length > 0) this.#rowAt(0);
  }

  #compare(row: number, wanted: Uint8Array): number {
    const [start, end] = this.#range(row);
    return this.#bytes.compare(wanted, 0, wanted.length, start, end);
  }

  #rowAt(place: number): number {
    const row = this.#table.sorted[place]!;
    if (row < this.#table.ends.length) return row;
    const rows = this.#table.ends.length;
    throw this.#damaged('sorted', 4 * place, `words_sorted names row ${row}, but there are ${rows}`);
  }

  #range(row: number): readonly [start: number, end: number] {
    const { ends } = this.#table;
    const start = row === 0 ? 0 : ends[row - 1]!;
    const end = ends[row]!;
    if (start <= end && end <= this.#bytes.length) return [start, end];
    throw this.#damaged(
      'ends',
      4 * row,
      `the word of row ${row + 1} is said to be the bytes ${start} to ${end} of ${this.#bytes.length}`,
    );
  }

  #damaged(part: keyof WordTable['places'], byte: number, problem: string): WordmillError {
    return new WordmillError('data', problem, {
      place: { file: this.#table.file, byte: this.#table.places[part] + byte },
      hint: 'The file is damaged: write or fetch it again.',
    });
  }
}
