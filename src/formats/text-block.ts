import { type Matrix, rowOf } from '../core/vectors.js';
import type { Addon } from '../native/addon.js';
import type { RowsRead } from '../native/row-text.js';
import type { ReadingNotes } from './reading-notes.js';
import { linesOf, parseRow } from './text-row.js';
import type { VectorBatch } from './vector-stream.js';

/** Reads the rows of one block of text after the other, each into the same memory. */
export class TextBlock {
  /** Settles once no thread uses the block any more. */
  started: Promise<RowsRead> = Promise.resolve({ rows: 0, end: 0 });
  /** Lines of the block, header and empty ones too, once it is finished. */
  lines = 0;
  readonly #path: string;
  readonly #dimensions: number;
  readonly #notes: ReadingNotes;
  #bytes: Buffer = Buffer.alloc(0);
  #data = new Float32Array();
  #wordStarts = new Uint32Array();
  #wordEnds = new Uint32Array();

  constructor(path: string, dimensions: number, notes: ReadingNotes) {
    this.#path = path;
    this.#dimensions = dimensions;
    this.#notes = notes;
  }

  /** Starts to read a block: its plain rows, in the background. The block must stay as it is until `finish` is done. */
  begin(block: Buffer, headerLines: number, addon: Pick<Addon, 'readRows'> | null): void {
    let start = 0;
    for (this.lines = 0; this.lines < headerLines && start < block.length; this.lines++) {
      const newline = block.indexOf(0x0a, start);
      start = newline < 0 ? block.length : newline + 1;
    }
    this.#bytes = block.subarray(start);
    const dimensions = this.#dimensions;
    // A row is a word, two bytes for a number at least, and a line break.
    const most = Math.ceil(this.#bytes.length / (2 * dimensions + 1));
    if (this.#wordStarts.length < most) {
      this.#data = new Float32Array(most * dimensions);
      this.#wordStarts = new Uint32Array(most);
      this.#wordEnds = new Uint32Array(most);
    }
    if (!addon) {
      this.started = Promise.resolve({ rows: 0, end: 0 });
      return;
    }
    this.started = addon.readRows({
      bytes: this.#bytes,
      ...{ data: this.#data, dimensions, stride: Math.max(1, dimensions) },
      ...{ wordStarts: this.#wordStarts, wordEnds: this.#wordEnds },
    });
    // A failure counts when it is waited for.
    this.started.catch(() => {});
  }

  /**
   * Its rows; valid until it begins another block.
   *
   * @param line how many lines of the file come before the block, for errors
   */
  async finish(line: number): Promise<VectorBatch> {
    const { rows, end } = await this.started;
    const words: string[] = [];
    for (let row = 0; row < rows; row++) {
      words.push(this.#notes.word(this.#bytes, this.#wordStarts[row]!, this.#wordEnds[row]!));
    }
    this.lines += rows;
    // What the addon leaves, the first unusual line and those after it, is read here.
    for (const [start, stop] of linesOf(this.#bytes, end)) {
      this.lines++;
      if (start === stop) continue;
      const values = rowOf(this.#matrix(words.length + 1), words.length);
      const place = { file: this.#path, line: line + this.lines };
      const wordEnd = parseRow(this.#bytes, start, stop, values, place);
      this.#notes.numbers(values);
      words.push(this.#notes.word(this.#bytes, start, wordEnd));
    }
    return { words, matrix: this.#matrix(words.length) };
  }

  #matrix(rows: number): Matrix {
    const dimensions = this.#dimensions;
    return { data: this.#data.subarray(0, rows * dimensions), rows, dimensions, stride: dimensions };
  }
}
