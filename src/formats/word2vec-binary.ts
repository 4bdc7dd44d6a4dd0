import { endianness } from 'node:os';
import { WordmillError } from '../core/errors.js';
import { type Matrix, rowOf, zeroMatrix } from '../core/vectors.js';
import { firstRows } from './first-rows.js';
import { bytesOf } from './packed-rows.js';
import { ReadingNotes } from './reading-notes.js';
import {
  blocksOfBatches,
  type RowBlock,
  rowBlocks,
  UTF8_BYTES_PER_UNIT,
  type VectorBatches,
  type VectorShape,
} from './row-blocks.js';
import type { ByteStream } from './vector-file.js';
import type { OpenFormat, VectorBatch } from './vector-stream.js';
import { checkOneRowEach, type ListedVectors } from './word-vectors.js';
import { formatHeader, readHeader, type Word2vecHeader, warnOfWrongCount } from './word2vec-header.js';

/**
 * word2vec binary, as `word2vec.c -binary 1` writes it: a header line `rows dimensions`, then for each word its
 * bytes, a space, its numbers as float32 (little-endian), and `\n`. gensim leaves the `\n` out; the reader takes both.
 */

const SPACE = 0x20;
const NEWLINE = 0x0a;
const LONGEST_WORD = 1 << 16;
const READ_BYTES = 1 << 20;
const BIG_ENDIAN = endianness() === 'BE';

/** word2vec.c's own tools (`distance`, `word-analogy`) read no longer words than this, in bytes. */
export const LONGEST_WORD_OF_WORD2VEC = 49;

/** Vectors as word2vec binary. */
export function word2vecBinaryBlocks(vectors: ListedVectors): AsyncGenerator<RowBlock> {
  checkOneRowEach(vectors);
  return word2vecBinaryOfBatches([vectors], vectors.matrix);
}

/** Vectors that come some at a time as word2vec binary. */
export function word2vecBinaryOfBatches(
  batches: VectorBatches,
  { rows, dimensions }: VectorShape,
): AsyncGenerator<RowBlock> {
  return blocksOfBatches(formatHeader(rows, dimensions), batches, binaryRowBlocks);
}

function binaryRowBlocks({ words, matrix }: VectorBatch): Generator<RowBlock> {
  const rowBytes = matrix.dimensions * 4;
  return rowBlocks({
    rows: words.length,
    longest: (row) => words[row]!.length * UTF8_BYTES_PER_UNIT + rowBytes + 2,
    write(row, bytes, position) {
      let at = position + bytes.write(words[row]!, position);
      bytes[at++] = SPACE;
      bytes.set(bytesOf(rowOf(matrix, row)), at);
      if (BIG_ENDIAN) bytes.subarray(at, at + rowBytes).swap32();
      at += rowBytes;
      bytes[at] = NEWLINE;
      return at + 1;
    },
  });
}

/**
 * Opens word2vec binary, with or without a `\n` after each row. Where the header counts more or fewer rows than there
 * are, all that are there are read, and the difference is told.
 *
 * @throws WordmillError `data`, with file and byte, for a missing or impossible header; from its batches for a file
 * that ends within a row, or goes on with something else.
 */
export const openWord2vecBinary: OpenFormat = async (file, options) => {
  // A row is at least a space and its numbers, with an empty word.
  const header = await readHeader(file, (dimensions) => 1 + 4 * dimensions, options);
  const { limit = Infinity } = options;
  return {
    rows: Math.min(header.rows, limit),
    dimensions: header.dimensions,
    async *batches() {
      // A header of no rows may claim any number of dimensions.
      if (header.rows === 0) return;
      const notes = new ReadingNotes();
      const bytes = file.bytes(options);
      const rows = new BinaryRows(bytes, file.path, header, notes);
      try {
        await bytes.skip(header.bytes);
        yield* firstRows(rows.batches(), limit);
      } finally {
        await bytes.close();
      }
      if (rows.taken < limit) warnOfWrongCount(header, rows.taken, file.path, options);
      notes.tell(file.path, options);
    },
    close: () => file.close(),
  };
};

/** Takes rows out of a buffer that moves over the file. */
class BinaryRows {
  /** Rows so far. */
  taken = 0;
  readonly #bytes: ByteStream;
  readonly #path: string;
  readonly #header: Word2vecHeader;
  readonly #notes: ReadingNotes;
  readonly #buffer: Buffer;
  #start = 0;
  #end = 0;

  constructor(bytes: ByteStream, path: string, header: Word2vecHeader, notes: ReadingNotes) {
    this.#bytes = bytes;
    this.#path = path;
    this.#header = header;
    this.#notes = notes;
    this.#buffer = Buffer.allocUnsafeSlow(READ_BYTES + LONGEST_WORD + 4 * header.dimensions);
  }

  async *batches(): AsyncGenerator<VectorBatch> {
    const { dimensions } = this.#header;
    const most = Math.max(1, Math.floor(READ_BYTES / (4 * dimensions)));
    const matrix = zeroMatrix(most, dimensions);
    for (let ended = false; !ended; ) {
      ended = !(await this.#fill());
      let words: string[] = [];
      for (let word = this.#take(matrix, 0); word !== undefined; word = this.#take(matrix, words.length)) {
        words.push(word);
        this.taken++;
        if (words.length < most) continue;
        yield { words, matrix };
        words = [];
      }
      if (words.length > 0) yield { words, matrix: { ...matrix, rows: words.length } };
    }
    if (this.#start < this.#end) throw this.#incomplete();
  }

  /** Reads a row into the matrix and returns its word; undefined where the buffer does not hold all of it. */
  #take(matrix: Matrix, row: number): string | undefined {
    const buffer = this.#buffer;
    while (this.#start < this.#end && buffer[this.#start] === NEWLINE) this.#start++;
    const held = buffer.subarray(0, this.#end);
    const space = held.indexOf(SPACE, this.#start);
    if ((space < 0 ? this.#end : space) - this.#start > LONGEST_WORD) throw this.#noRow();
    const numbersEnd = space + 1 + 4 * matrix.dimensions;
    if (space < 0 || numbersEnd > this.#end) return undefined;
    const values = rowOf(matrix, row);
    bytesOf(values).set(buffer.subarray(space + 1, numbersEnd));
    if (BIG_ENDIAN) Buffer.from(values.buffer, values.byteOffset, values.byteLength).swap32();
    this.#notes.numbers(values);
    const word = this.#notes.word(buffer, this.#start, space);
    this.#start = numbersEnd;
    return word;
  }

  /** Reads on; false at the end of the file. */
  async #fill(): Promise<boolean> {
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    const read = await this.#bytes.read(this.#buffer.subarray(this.#end));
    this.#end += read;
    return this.#end === this.#buffer.length;
  }

  #noRow(): WordmillError {
    if (this.taken >= this.#header.rows) return this.#goesOn();
    return new WordmillError(
      'data',
      `no space ends the word of row ${this.taken + 1}: this is not word2vec binary`,
      { place: this.#place() },
    );
  }

  /** The file ended, and what is left of it is no whole row. */
  #incomplete(): WordmillError {
    if (this.taken >= this.#header.rows) return this.#goesOn();
    return new WordmillError('data', `the file ends within row ${this.taken + 1} of ${this.#header.rows}`, {
      place: { file: this.#path, byte: this.#bytes.position },
      hint: 'The file was cut short: fetch or write it again.',
    });
  }

  #goesOn(): WordmillError {
    const problem = `the file goes on after the ${this.#header.rows} rows that its header says, and not with rows`;
    return new WordmillError('data', problem, {
      place: this.#place(),
      hint: 'Its header may say the wrong number of dimensions, or other bytes follow.',
    });
  }

  #place(): { file: string; byte: number } {
    return { file: this.#path, byte: this.#bytes.position - this.#end + this.#start };
  }
}
