import { WordmillError } from '../core/errors.js';
import { type Matrix, rowOf } from '../core/vectors.js';
import { type Addon, availableAddon } from '../native/addon.js';
import { type InputFile, lineBlocks } from './input-file.js';
import { ReadingNotes } from './reading-notes.js';
import { linesOf, parseRow } from './text-row.js';
import { allocateMatrix, type ListedVectors, type ReadOptions } from './word-vectors.js';

/** The rows that GloVe text and word2vec text share: a word, then numbers, each after one space; then `\n`. */

/** Where rows lie in a text file, and how many there are. */
export interface TextRows {
  /** Rows at most. */
  readonly rows: number;
  readonly dimensions: number;
  /** Lines before the first row. */
  readonly headerLines: number;
}

/**
 * Reads rows of text. A row's last `dimensions` fields are its numbers and all before them its word, so that words
 * with spaces, which some published files have, are read whole. White space at the end of a line, `\r\n`, a missing
 * last `\n` and empty lines are no matter. Fewer rows than given make a smaller matrix.
 *
 * @param addon what reads plain rows; with null, the same numbers come from JavaScript, more slowly
 * @throws WordmillError `data`, with file and line, for a row with fewer numbers, a field that is not a number, or
 * more rows than given.
 */
export async function readTextRows(
  file: InputFile,
  shape: TextRows,
  options: ReadOptions = {},
  addon: Addon | null = availableAddon(),
): Promise<ListedVectors> {
  const reader = new TextRowReader(file.path, shape);
  for await (const block of lineBlocks(file, options.signal)) {
    const past = reader.passHeader(block);
    // What the addon leaves, the first unusual line and those after it in the block, is read here.
    const left = addon ? await reader.readPlainRows(block, past, addon) : past;
    reader.readLines(block, left);
  }
  reader.notes.tell(file.path, options);
  return reader.vectors();
}

class TextRowReader {
  readonly notes = new ReadingNotes();
  readonly #words: string[] = [];
  readonly #matrix: Matrix;
  #line = 0;
  #wordStarts = new Uint32Array();
  #wordEnds = new Uint32Array();

  constructor(
    readonly path: string,
    readonly shape: TextRows,
  ) {
    this.#matrix = allocateMatrix(shape.rows, shape.dimensions, path);
  }

  /** Counts the lines of the header that are in a block, and gives the byte after them. */
  passHeader(block: Buffer): number {
    let at = 0;
    for (; this.#line < this.shape.headerLines && at < block.length; this.#line++) {
      const newline = block.indexOf(0x0a, at);
      at = newline < 0 ? block.length : newline + 1;
    }
    return at;
  }

  /** Reads rows up to the first that is not plain, and gives the byte at which that starts. */
  async readPlainRows(block: Buffer, start: number, addon: Pick<Addon, 'readRows'>): Promise<number> {
    const { data, rows, dimensions, stride } = this.#matrix;
    const first = this.#words.length;
    const bytes = block.subarray(start);
    // A row is a word, two bytes for a number at least, and a line break.
    const most = Math.min(rows - first, Math.ceil(bytes.length / (2 * dimensions + 1)));
    if (this.#wordStarts.length < most) {
      this.#wordStarts = new Uint32Array(most);
      this.#wordEnds = new Uint32Array(most);
    }
    const wordStarts = this.#wordStarts.subarray(0, most);
    const wordEnds = this.#wordEnds.subarray(0, most);
    const target = { data: data.subarray(first * stride), dimensions, stride, wordStarts, wordEnds };
    const read = await addon.readRows({ bytes, ...target });
    for (let row = 0; row < read.rows; row++) {
      this.#words.push(this.notes.word(bytes, wordStarts[row]!, wordEnds[row]!));
    }
    this.#line += read.rows;
    return start + read.end;
  }

  readLines(block: Buffer, from: number): void {
    for (const [start, end] of linesOf(block, from)) {
      this.#line++;
      if (start === end) continue;
      const place = { file: this.path, line: this.#line };
      if (this.#words.length === this.shape.rows) {
        throw new WordmillError('data', `a row more than the ${this.shape.rows} that the header says`, {
          place,
          hint: 'Correct the number of rows in the first line, or take that line out and read the file as GloVe text.',
        });
      }
      const values = rowOf(this.#matrix, this.#words.length);
      const wordEnd = parseRow(block, start, end, values, place);
      this.notes.numbers(values);
      this.#words.push(this.notes.word(block, start, wordEnd));
    }
  }

  vectors(): ListedVectors {
    const rows = this.#words.length;
    const matrix = this.#matrix;
    if (rows === matrix.rows) return { words: this.#words, matrix };
    const data = matrix.data.subarray(0, rows * matrix.stride);
    return { words: this.#words, matrix: { ...matrix, rows, data } };
  }
}
