import { WordmillError } from '../core/errors.js';
import type { InputFile } from './input-file.js';

/** The first line of word2vec's two formats: `rows dimensions\n`. */
export interface Word2vecHeader {
  readonly rows: number;
  readonly dimensions: number;
  /** With its line break. */
  readonly bytes: number;
}

/** No header is longer. */
const HEADER_BYTES = 256;

/** The header line as it is written. */
export function formatHeader(rows: number, dimensions: number): string {
  return `${rows} ${dimensions}\n`;
}

/** The header at the start of a file, a byte order mark before it left out; undefined where there is none. */
export function parseHeader(head: Buffer): Word2vecHeader | undefined {
  const text = head.toString('latin1', 0, HEADER_BYTES);
  const match = /^(?:\xef\xbb\xbf)?[ \t]*(\d+)[ \t]+(\d+)[ \t]*\r?(?:\n|$)/.exec(text);
  if (!match) return undefined;
  return { rows: Number(match[1]), dimensions: Number(match[2]), bytes: match[0].length };
}

/**
 * Reads the header and holds it against the size of the file, before any memory is taken for what it claims.
 *
 * @param leastRowBytes what a row of that many numbers takes at least
 * @throws WordmillError `data` where there is no header, or the file is too short for what it says.
 */
export async function readHeader(
  file: InputFile,
  leastRowBytes: (dimensions: number) => number,
): Promise<Word2vecHeader> {
  const header = parseHeader(await file.head(HEADER_BYTES));
  const place = { file: file.path, line: 1 };
  if (!header) {
    throw new WordmillError(
      'data',
      'the first line must be two whole numbers, the number of rows and of dimensions',
      { place, hint: 'A file that starts with a word and its numbers is GloVe text.' },
    );
  }
  const { rows, dimensions } = header;
  if (dimensions < 1) throw new WordmillError('data', 'the header says vectors of 0 dimensions', { place });
  const least = header.bytes + rows * leastRowBytes(dimensions);
  // The last line break may be missing.
  if (least - 1 > file.size) {
    throw new WordmillError(
      'data',
      `the header says ${rows} rows of ${dimensions} numbers, at least ${least} bytes; the file ends at byte ${file.size}`,
      { place, hint: 'The file was cut short, or its header is wrong.' },
    );
  }
  return header;
}
