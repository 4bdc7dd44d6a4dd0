import { isUtf8 } from 'node:buffer';
import { WordmillError } from '../core/errors.js';
import type { SourceReport } from './source-report.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const REPLACEMENT = Buffer.from('\ufffd');

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Where a piece of text comes from. */
export interface PieceOrigin {
  readonly file: string;
  /** Where in the file's text, after decompression, the piece starts. */
  readonly byte: number;
  /** Lines before the piece; kept only for strict UTF-8. */
  readonly line: number;
}

/**
 * Makes a piece of a file valid UTF-8 without NUL, with LF line ends. Works in place where it can; returns the clean
 * bytes. The piece must not end inside a character or between CR and LF, except where the file itself ends.
 *
 * @throws WordmillError `data` at invalid UTF-8 when `strict`.
 */
export function cleanText(piece: Buffer, origin: PieceOrigin, strict: boolean, report: SourceReport): Buffer {
  const text = isUtf8(piece) ? piece : replaceInvalid(piece, origin, strict, report);
  const nul = piece.indexOf(0);
  if (nul !== -1) report.nulBytes(blankNuls(text), origin.file, origin.byte + nul);
  return text.includes(CARRIAGE_RETURN) ? lineFeedsOnly(text) : text;
}

/** How many line ends there are: LF, CRLF or a lone CR. */
export function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === LINE_FEED || (byte === CARRIAGE_RETURN && bytes[index + 1] !== LINE_FEED)) lines++;
  }
  return lines;
}

/** Replaces each maximal subpart of an ill-formed sequence by U+FFFD (The Unicode Standard, section 3.9; WHATWG). */
function replaceInvalid(piece: Buffer, origin: PieceOrigin, strict: boolean, report: SourceReport): Buffer {
  const text = Buffer.from(decoder.decode(piece));
  const first = firstReplaced(piece, text);
  const byte = origin.byte + first;
  if (strict) {
    const line = origin.line + countLines(piece.subarray(0, first)) + 1;
    throw new WordmillError('data', 'this is not UTF-8', {
      place: { file: origin.file, line, byte },
      hint: 'Convert the text with iconv, or leave out --strict-utf8 to have such bytes replaced by U+FFFD.',
    });
  }
  report.replaced(countReplacements(text) - countReplacements(piece), origin.file, byte);
  return text;
}

/** Where the first ill-formed sequence of `piece` starts, given what it decodes to. */
function firstReplaced(piece: Buffer, text: Buffer): number {
  let index = 0;
  while (index < piece.length && piece[index] === text[index]) index++;
  // The sequence may share its first bytes with U+FFFD, which took its place.
  while ((text[index]! & 0xc0) === 0x80) index--;
  return index;
}

function countReplacements(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(REPLACEMENT); at !== -1; at = bytes.indexOf(REPLACEMENT, at + 3)) count++;
  return count;
}

function blankNuls(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0); at !== -1; at = bytes.indexOf(0, at + 1)) {
    bytes[at] = SPACE;
    count++;
  }
  return count;
}

/** CRLF and lone CR become LF, in place. */
function lineFeedsOnly(bytes: Buffer): Buffer {
  let end = 0;
  for (let start = 0; start < bytes.length; ) {
    const carriageReturn = bytes.indexOf(CARRIAGE_RETURN, start);
    const stop = carriageReturn === -1 ? bytes.length : carriageReturn;
    bytes.copyWithin(end, start, stop);
    end += stop - start;
    start = stop + 1;
    if (carriageReturn !== -1 && bytes[start] !== LINE_FEED) bytes[end++] = LINE_FEED;
  }
  return bytes.subarray(0, end);
}
