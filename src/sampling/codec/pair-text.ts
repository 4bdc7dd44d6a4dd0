/**
 * Pairs as text: a line for each, `context TAB target TAB offset`, the offset with its sign (`orange	juice	+1`); where
 * pairs have weights, a fourth column. No header. The sign is what tells offsets from the weights that others write
 * in the third column.
 */
import type { PairBlock, TextBlock, TokenPairBlock } from '../../core/blocks.js';
import { type ErrorPlace, throwIfAborted, WordmillError } from '../../core/errors.js';
import type { Stage } from '../../core/stage.js';
import { type CellStyle, EncodedWords, refuseWords, type WordsById } from './encoded-words.js';
import { PairBlockBuilder } from './pair-block-builder.js';
import {
  columnsOfFirstRow,
  columnsOfHeader,
  emptyWord,
  isSignedOffset,
  notAnOffset,
  notAWeight,
  type PairColumns,
  parseWeight,
  wrongColumns,
} from './pair-columns.js';
import { writePairs } from './write-pairs.js';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const LONGEST_LINE = 1 << 20;
const CELLS: CellStyle = { refused: /[\t\n\r]/, format: 'a line of pairs' };

/**
 * Writes pairs as text.
 *
 * @param words the vocabulary's words, by id.
 * @throws `data` if a word has a tab or a line break in it: at once where it is known, before any of its block is
 *   written where it comes later.
 */
export function pairsToText(words: WordsById): Stage<PairBlock, Uint8Array> {
  refuseWords(words, CELLS);
  return (input, context) =>
    writePairs(input, context, new EncodedWords(words, CELLS), { separator: TAB, plus: '+', header: '' });
}

/**
 * Reads pairs from text. A line with a tab in it is split at tabs only, so that words may have spaces; any other is
 * split at spaces. The columns are context, target and, if there is a third, a weight; or an offset, which is passed
 * over, where the first line's third column is a whole number with a sign. A first line that has `context` and
 * `target` among its columns is a header, and columns go by its names. Blank lines are passed over and counted.
 *
 * Blocks may be cut anywhere.
 *
 * @param file how errors name the input.
 * @throws `data`, with the line, for a line that is not like the first, has an empty word or a weight that is none.
 */
export function readTextPairs(file?: string): Stage<TextBlock, TokenPairBlock> {
  return async function* (input, { signal, report }) {
    const reader = new PairLineReader(file);
    let rest = Buffer.alloc(0);
    const read = (bytes: Buffer): TokenPairBlock => {
      const block = reader.read(bytes);
      report.count('readPairs', 'pairs', block.sentenceEnds.length);
      if (reader.blankLines > 0) report.drop('readPairs', 'blank line', reader.blankLines);
      reader.blankLines = 0;
      return block;
    };
    for await (const { bytes } of input) {
      throwIfAborted(signal);
      const end = bytes.lastIndexOf(LINE_FEED) + 1;
      if (end > 0) {
        yield read(Buffer.concat([rest, bytes.subarray(0, end)]));
        rest = Buffer.from(bytes.subarray(end));
      } else {
        rest = Buffer.concat([rest, bytes]);
      }
      if (rest.length > LONGEST_LINE) throw reader.lineTooLong();
    }
    if (rest.length > 0) yield read(rest);
  };
}

/** Reads whole lines; keeps the columns and the line number from one call to the next. */
class PairLineReader {
  blankLines = 0;
  readonly #file: string | undefined;
  readonly #pairs = new PairBlockBuilder();
  #columns: PairColumns | undefined;
  #line = 0;
  #bytes: Buffer = Buffer.alloc(0);
  /** How many cells the line at hand has, and where each starts and ends. */
  #cells = 0;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(file: string | undefined) {
    this.#file = file;
  }

  read(bytes: Buffer): TokenPairBlock {
    this.#bytes = bytes;
    for (let start = 0; start < bytes.length; ) {
      let lineEnd = bytes.indexOf(LINE_FEED, start);
      if (lineEnd < 0) lineEnd = bytes.length;
      this.#line++;
      const end = lineEnd > start && bytes[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd;
      this.#split(start, end);
      if (this.#cells === 0) this.blankLines++;
      else this.#readRow();
      start = lineEnd + 1;
    }
    return this.#pairs.take();
  }

  lineTooLong(): WordmillError {
    this.#line++;
    return new WordmillError('data', 'this line is longer than 1 MiB: it is no pair of words', {
      place: this.#place(),
    });
  }

  #split(start: number, end: number): void {
    const bytes = this.#bytes;
    let separator = SPACE;
    for (let at = start; at < end && separator === SPACE; at++) if (bytes[at] === TAB) separator = TAB;
    let cells = 0;
    for (let at = start; at <= end; ) {
      let cellEnd = at;
      while (cellEnd < end && bytes[cellEnd] !== separator) cellEnd++;
      if (separator === TAB || cellEnd > at) {
        this.#starts[cells] = at;
        this.#ends[cells++] = cellEnd;
      }
      at = cellEnd + 1;
    }
    this.#cells = cells;
  }

  #readRow(): void {
    if (this.#columns === undefined) {
      const cells = Array.from({ length: this.#cells }, (_, column) => this.#cell(column));
      this.#columns = columnsOfHeader(cells);
      if (this.#columns) return;
      this.#columns = columnsOfFirstRow(cells, this.#place());
    }
    const { columns, context, target, weight, signedOffset } = this.#columns;
    if (this.#cells !== columns) throw wrongColumns(this.#cells, columns, this.#place());
    this.#addWord(context, 'context');
    this.#addWord(target, 'target');
    if (signedOffset >= 0) this.#checkOffset(signedOffset);
    if (weight >= 0) this.#addWeight(weight);
  }

  #addWord(column: number, name: 'context' | 'target'): void {
    const start = this.#starts[column]!;
    const end = this.#ends[column]!;
    if (start === end) throw emptyWord(name, this.#place());
    this.#pairs.addBytes(this.#bytes, start, end);
  }

  #checkOffset(column: number): void {
    const cell = this.#cell(column);
    if (!isSignedOffset(cell)) throw notAnOffset(cell, this.#place());
  }

  #addWeight(column: number): void {
    const weight = parseWeight(this.#cell(column));
    if (Number.isNaN(weight)) throw notAWeight(this.#cell(column), this.#place());
    this.#pairs.addWeight(weight);
  }

  #cell(column: number): string {
    return this.#bytes.toString('utf8', this.#starts[column]!, this.#ends[column]!);
  }

  #place(): ErrorPlace {
    return this.#file === undefined ? { line: this.#line } : { file: this.#file, line: this.#line };
  }
}
