import { type ErrorPlace, WordmillError } from '../core/errors.js';
import { parseNumber } from './number-text.js';

/** One row of text: a word, then numbers, each after white space. */

const SPACE = 0x20;
const TAB = 0x09;
const RETURN = 0x0d;
const NEWLINE = 0x0a;

/** Where each line from a byte on starts and ends, white space at its end left out. */
export function* linesOf(block: Buffer, from = 0): Generator<readonly [start: number, end: number]> {
  for (let start = from; start < block.length; ) {
    const newline = block.indexOf(NEWLINE, start);
    const next = newline < 0 ? block.length : newline + 1;
    let end = newline < 0 ? next : newline;
    while (end > start && (isSeparator(block[end - 1]!) || block[end - 1] === RETURN)) end--;
    yield [start, end];
    start = next;
  }
}

/**
 * Reads a row's numbers and returns where its word ends. The last `values.length` fields are the numbers and all before
 * them the word, so that words with spaces, which some published files have, are read whole.
 *
 * @throws WordmillError `data` for a row with fewer numbers or a field that is not a number.
 */
export function parseRow(
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

function isSeparator(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}
