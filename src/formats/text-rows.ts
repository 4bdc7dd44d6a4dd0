import { type ErrorPlace, WordmillError } from '../core/errors.js';
import { type Matrix, rowOf } from '../core/vectors.js';
import { type InputFile, lineBlocks } from './input-file.js';
import { MAX_NUMBER_LENGTH, parseNumber, writeNumber } from './number-text.js';
import { ReadingNotes } from './reading-notes.js';
import { type RowBlock, rowBlocks, UTF8_BYTES_PER_UNIT } from './row-blocks.js';
import { allocateMatrix, type ReadOptions, type WordVectors } from './word-vectors.js';

/** The rows that GloVe text and word2vec text share: a word, then numbers, each after one space; then `\n`. */

const SPACE = 0x20;
const TAB = 0x09;
const RETURN = 0x0d;
const NEWLINE = 0x0a;

/** Rows as text, after a header; without the space at the end of a row that word2vec.c writes. */
export function textRowBlocks(
  words: readonly string[],
  rowAt: (row: number) => Float32Array,
  dimensions: number,
  header = '',
): Generator<RowBlock> {
  return rowBlocks({
    rows: words.length,
    header,
    longest: (row) => words[row]!.length * UTF8_BYTES_PER_UNIT + dimensions * (1 + MAX_NUMBER_LENGTH) + 1,
    write(row, bytes, position) {
      const values = rowAt(row);
      let at = position + bytes.write(words[row]!, position);
      for (let column = 0; column < values.length; column++) {
        bytes[at] = SPACE;
        at = writeNumber(values[column]!, bytes, at + 1);
      }
      bytes[at] = NEWLINE;
      return at + 1;
    },
  });
}

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
 * @throws WordmillError `data`, with file and line, for a row with fewer numbers, a field that is not a number, or
 * more rows than given.
 */
export async function readTextRows(
  file: InputFile,
  shape: TextRows,
  options: ReadOptions = {},
): Promise<WordVectors> {
  const { dimensions } = shape;
  const matrix = allocateMatrix(shape.rows, dimensions, file.path);
  const words: string[] = [];
  const notes = new ReadingNotes();
  let line = 0;
  for await (const block of lineBlocks(file, options.signal)) {
    for (const [start, end] of linesOf(block)) {
      line++;
      if (line <= shape.headerLines || start === end) continue;
      const place = { file: file.path, line };
      if (words.length === shape.rows) {
        throw new WordmillError('data', `a row more than the ${shape.rows} that the header says`, {
          place,
          hint: 'Correct the number of rows in the first line, or take that line out and read the file as GloVe text.',
        });
      }
      const values = rowOf(matrix, words.length);
      const wordEnd = parseRow(block, start, end, values, place);
      notes.numbers(values);
      words.push(notes.word(block, start, wordEnd));
    }
  }
  notes.tell(file.path, options);
  return { words, matrix: firstRows(matrix, words.length) };
}

/** Where each line starts and ends, white space at its end left out. */
export function* linesOf(block: Buffer): Generator<readonly [start: number, end: number]> {
  for (let start = 0; start < block.length; ) {
    const newline = block.indexOf(NEWLINE, start);
    const next = newline < 0 ? block.length : newline + 1;
    let end = newline < 0 ? next : newline;
    while (end > start && (isSeparator(block[end - 1]!) || block[end - 1] === RETURN)) end--;
    yield [start, end];
    start = next;
  }
}

/** Reads a row's numbers and returns where its word ends. */
function parseRow(
  bytes: Buffer,
  start: number,
  end: number,
  values: Float32Array,
  place: ErrorPlace,
): number {
  // Nearly always the first separator ends the word; then the line need not be searched from its end.
  const first = fieldEnd(bytes, start, end);
  if (first < end && parseNumbers(bytes, first + 1, end, values) === COMPLETE) return first;

  const fields = lastFields(bytes, start, end, values.length);
  if (fields <= start) {
    const found = fieldCount(bytes, start, end) - 1;
    throw new WordmillError('data', `this row has ${found} numbers; ${values.length} are expected`, {
      place,
    });
  }
  const wrong = parseNumbers(bytes, fields, end, values);
  if (wrong !== COMPLETE) {
    const text = bytes.toString('utf8', wrong, fieldEnd(bytes, wrong, end)).slice(0, 60);
    throw new WordmillError('data', `${JSON.stringify(text)} is not a number`, { place });
  }
  return fields - 1;
}

const COMPLETE = -1;

/** Reads as many numbers as `values` holds. `COMPLETE` where the line has them and no more, else where it stopped. */
function parseNumbers(bytes: Buffer, start: number, end: number, values: Float32Array): number {
  let at = start;
  for (let column = 0; column < values.length; column++) {
    const next = fieldEnd(bytes, at, end);
    const value = parseNumber(bytes, at, next);
    if (value === undefined) return at;
    values[column] = value;
    at = next;
    while (at < end && isSeparator(bytes[at]!)) at++;
  }
  return at === end ? COMPLETE : at;
}

function fieldEnd(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && !isSeparator(bytes[at]!)) at++;
  return at;
}

/** Where the last `count` fields of a line start; -1 where it has fewer. */
function lastFields(bytes: Uint8Array, start: number, end: number, count: number): number {
  let at = end;
  for (let found = 0; at > start; ) {
    while (at > start && !isSeparator(bytes[at - 1]!)) at--;
    found++;
    if (found === count) return at;
    while (at > start && isSeparator(bytes[at - 1]!)) at--;
  }
  return -1;
}

function fieldCount(bytes: Buffer, start: number, end: number): number {
  return bytes
    .toString('latin1', start, end)
    .split(/[ \t]+/)
    .filter((field) => field !== '').length;
}

/** How many fields at the end of a line are numbers; the first field, the word, is not one of them. */
export function numbersAtEnd(bytes: Uint8Array, start: number, end: number): number {
  let numbers = 0;
  for (let at = end; at > start; ) {
    const fieldEnd = at;
    while (at > start && !isSeparator(bytes[at - 1]!)) at--;
    if (at === start || parseNumber(bytes, at, fieldEnd) === undefined) break;
    numbers++;
    while (at > start && isSeparator(bytes[at - 1]!)) at--;
  }
  return numbers;
}

function firstRows(matrix: Matrix, rows: number): Matrix {
  if (rows === matrix.rows) return matrix;
  return { ...matrix, rows, data: matrix.data.subarray(0, rows * matrix.stride) };
}

function isSeparator(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}
