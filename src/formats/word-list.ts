import { isUtf8 } from 'node:buffer';
import { stat } from 'node:fs/promises';
import { WordmillError } from '../core/errors.js';
import { VectorFile } from './vector-file.js';

/** A list of words: one on each line, in UTF-8; words may have spaces, but no line breaks. */

const READ_BYTES = 1 << 20;

/** What a list cannot carry: line breaks, and half a surrogate pair, which has no UTF-8; a first U+FEFF is taken for a mark. */
export const NOT_IN_WORD_LIST = /[\n\r]|^\ufeff|\p{Surrogate}/u;

/** Where the words of a matrix go by default: `vectors.words.txt` beside `vectors.npy`. */
export function wordListBeside(path: string): string {
  return `${withoutEnding(path)}.words.txt`;
}

/**
 * The word list beside a matrix: its name with `.words.txt` or `.txt` in the place of its ending.
 *
 * @throws WordmillError `noInput` where there is neither.
 */
export async function findWordList(path: string): Promise<string> {
  const candidates = [wordListBeside(path), `${withoutEnding(path)}.txt`];
  for (const candidate of candidates) {
    if ((await stat(candidate).catch(() => undefined))?.isFile()) return candidate;
  }
  throw new WordmillError('noInput', 'a matrix without words: there is no list of them beside it', {
    place: { file: path },
    hint: `Give one with --word-list FILE, a word on each line, or as ${candidates.join(' or ')}.`,
  });
}

/**
 * Reads as many words as a matrix has rows, from a list that may be compressed.
 *
 * @param matrix its file, for messages
 * @throws WordmillError `noInput`; `data`, with file and line, for another number of words, or bytes that are not UTF-8.
 */
export async function readWordList(path: string, rows: number, matrix: string): Promise<readonly string[]> {
  const bytes = await contentOf(path);
  if (!isUtf8(bytes))
    throw new WordmillError('data', 'the word list is not UTF-8', { place: { file: path } });
  const lines = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/\r?\n/);
  // The last line break ends a word; a file need not have it.
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === rows) return lines;
  throw new WordmillError('data', `the list has ${lines.length} words, but ${matrix} has ${rows} rows`, {
    place: { file: path, line: Math.min(lines.length, rows) + 1 },
    hint: 'Give the list that was written with this matrix: a word on each line, in the order of its rows.',
  });
}

/** Words, each ended by a line break. */
export function wordListBytes(words: readonly string[]): Buffer {
  return Buffer.from(words.map((word) => `${word}\n`).join(''));
}

async function contentOf(path: string): Promise<Buffer> {
  const file = await VectorFile.open(path);
  const bytes = file.bytes({});
  const pieces: Buffer[] = [];
  try {
    for (let read = READ_BYTES; read === READ_BYTES; ) {
      const piece = Buffer.allocUnsafeSlow(READ_BYTES);
      read = await bytes.read(piece);
      pieces.push(piece.subarray(0, read));
    }
  } finally {
    await bytes.close();
    await file.close();
  }
  return Buffer.concat(pieces);
}

function withoutEnding(path: string): string {
  return path.replace(/\.npy(?:\.(?:gz|zst|bz2|xz))?$/i, '');
}
