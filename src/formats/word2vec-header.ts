import { WordmillError } from '../core/errors.js';
import type { VectorFile } from './vector-file.js';
import type { ReadOptions } from './word-vectors.js';

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
  file: VectorFile,
  leastRowBytes: (dimensions: number) => number,
  options: ReadOptions,
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
  const size = await file.sizeIfDoubtful(least, options);
  // The last line break may be missing.
  if (size !== undefined && least - 1 > size) {
    throw new WordmillError(
      'data',
      `the header says ${rows} rows of ${dimensions} numbers, at least ${least} bytes; ${
        file.size === undefined ? 'unpacked, the file' : 'the file'
      } ends at byte ${size}`,
      { place, hint: 'The file was cut short, or its header is wrong.' },
    );
  }
  return header;
}

/** Tells of a header that counts more rows than there are, or fewer; of neither, nothing. */
export function warnOfWrongCount(
  header: Word2vecHeader,
  rows: number,
  path: string,
  { report }: ReadOptions,
): void {
  if (rows === header.rows) return;
  const what =
    rows < header.rows
      ? `${rows} are there and are read; the file may have been cut short`
      : `${rows} are there, and all are read`;
  report?.warn(`wrong count in ${path}`, `${path}: the header says ${header.rows} rows; ${what}`);
}
