import { endianness } from 'node:os';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import { type Matrix, rowOf } from '../core/vectors.js';
import { InputFile } from './input-file.js';
import { ReadingNotes } from './reading-notes.js';
import { type RowBlock, rowBlocks, UTF8_BYTES_PER_UNIT } from './row-blocks.js';
import { allocateMatrix, checkOneRowEach, type ListedVectors, type ReadOptions } from './word-vectors.js';
import { formatHeader, readHeader } from './word2vec-header.js';

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
export function word2vecBinaryBlocks(vectors: ListedVectors): Generator<RowBlock> {
  checkOneRowEach(vectors);
  const { words, matrix } = vectors;
  const rowBytes = matrix.dimensions * 4;
  return rowBlocks({
    rows: words.length,
    header: formatHeader(words.length, matrix.dimensions),
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
 * Reads word2vec binary, with or without a `\n` after each row.
 *
 * @throws WordmillError `noInput`; `data`, with file and byte, for a missing or impossible header, a file that ends
 * early, or one that goes on after its last row.
 */
export async function readWord2vecBinary(path: string, options: ReadOptions = {}): Promise<ListedVectors> {
  const file = await InputFile.open(path);
  try {
    // A row is at least a space and its numbers, with an empty word.
    const header = await readHeader(file, (dimensions) => 1 + 4 * dimensions);
    const matrix = allocateMatrix(header.rows, header.dimensions, path);
    const rows = new BinaryRows(file, header.bytes, matrix);
    const words: string[] = [];
    while (words.length < header.rows) {
      const word = rows.take(words.length);
      if (word !== undefined) words.push(word);
      else {
        if (options.signal) throwIfAborted(options.signal);
        if (!(await rows.fill())) throw cutShort(file, words.length, header.rows);
      }
    }
    await rows.expectEnd(header.rows);
    rows.notes.tell(path, options);
    return { words, matrix };
  } finally {
    await file.close();
  }
}

/** Takes rows out of a buffer that moves over the file. */
class BinaryRows {
  readonly notes = new ReadingNotes();
  readonly #buffer: Buffer;
  #start = 0;
  #end = 0;

  constructor(
    readonly file: InputFile,
    /** The byte of the file that follows the buffer's last. */
    public position: number,
    readonly matrix: Matrix,
  ) {
    const enough = READ_BYTES + LONGEST_WORD + 4 * matrix.dimensions;
    // A header of no rows may claim any number of dimensions. One byte more than the file has is never full.
    this.#buffer = Buffer.allocUnsafe(Math.min(enough, file.size + 1));
  }

  /** Reads a row into the matrix and returns its word; undefined where the buffer does not hold all of it. */
  take(row: number): string | undefined {
    const buffer = this.#buffer;
    while (this.#start < this.#end && buffer[this.#start] === NEWLINE) this.#start++;
    const held = buffer.subarray(0, this.#end);
    const space = held.indexOf(SPACE, this.#start);
    if (space < 0 ? this.#end - this.#start > LONGEST_WORD : space - this.#start > LONGEST_WORD) {
      throw new WordmillError(
        'data',
        `no space ends the word of row ${row + 1}: this is not word2vec binary`,
        {
          place: { file: this.file.path, byte: this.position - this.#end + this.#start },
        },
      );
    }
    const numbersEnd = space + 1 + 4 * this.matrix.dimensions;
    if (space < 0 || numbersEnd > this.#end) return undefined;
    const values = rowOf(this.matrix, row);
    bytesOf(values).set(buffer.subarray(space + 1, numbersEnd));
    if (BIG_ENDIAN) Buffer.from(values.buffer, values.byteOffset, values.byteLength).swap32();
    this.notes.numbers(values);
    const word = this.notes.word(buffer, this.#start, space);
    this.#start = numbersEnd;
    return word;
  }

  /** Reads on; false at the end of the file. */
  async fill(): Promise<boolean> {
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    const read = await this.file.read(this.#buffer.subarray(this.#end), this.position);
    this.position += read;
    this.#end += read;
    return read > 0;
  }

  /** Only line breaks may follow the last row. */
  async expectEnd(rows: number): Promise<void> {
    do {
      while (this.#start < this.#end && this.#buffer[this.#start] === NEWLINE) this.#start++;
      if (this.#start < this.#end) {
        throw new WordmillError('data', `the file goes on after the ${rows} rows that its header says`, {
          place: { file: this.file.path, byte: this.position - this.#end + this.#start },
        });
      }
    } while (await this.fill());
  }
}

function cutShort(file: InputFile, row: number, rows: number): WordmillError {
  return new WordmillError('data', `the file ends within row ${row + 1} of ${rows}`, {
    place: { file: file.path, byte: file.size },
    hint: 'The file was cut short: fetch or write it again.',
  });
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
