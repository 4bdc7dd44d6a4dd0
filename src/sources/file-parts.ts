import { createReadStream } from 'node:fs';
import { compressionOf, HEAD_BYTES } from '../compression/decompress.js';
import { foreignFormatOf, isTar, isZip } from './foreign-formats.js';
import { type LineFormat, openingError } from './input.js';
import type { SourceOptions } from './options.js';
import { refuseForText } from './source-problems.js';
import { formatOf } from './units.js';

const PIECE = 1 << 16;
const LINE_FEED = 0x0a;

/** Some bytes of a file, in pieces of 64 KiB at most. */
export function partOfFile(path: string, start: number, length: number): AsyncIterable<Uint8Array> {
  return createReadStream(path, { start, end: start + length - 1, highWaterMark: PIECE });
}

/** Whether a file is neither compressed nor an archive, by its first bytes: it can be begun with at any line. */
export async function isUnpacked(path: string): Promise<boolean> {
  return isPlain(await headOf(path));
}

/**
 * As what a file is read whose parts, each of whole lines, give together what the whole of it gives; undefined for one
 * whose parts do not: packed, no text, or of units that may go over several lines.
 *
 * @throws WordmillError `usage` where options are for records and the file is text; `noInput` where it cannot be opened.
 */
export async function lineFormatOf(
  path: string,
  options: Partial<SourceOptions>,
): Promise<LineFormat | undefined> {
  const head = await headOf(path);
  if (!isPlain(head) || foreignFormatOf(head)) return undefined;
  const { format = 'auto', unit } = options;
  const read = format === 'auto' ? formatOf(path, head) : format;
  if (read === 'text') {
    if (format === 'auto') refuseForText(path, options);
    return unit === undefined || unit === 'lines' ? 'text' : undefined;
  }
  return read === 'jsonl' ? 'jsonl' : undefined;
}

/**
 * The first place at or after a byte of a file at which a line begins; the file's size where no further one does.
 *
 * @throws WordmillError `noInput` or `inputOutput` where the file cannot be read.
 */
export async function lineStartFrom(path: string, byte: number, size: number): Promise<number> {
  if (byte <= 0 || byte >= size) return Math.max(0, Math.min(byte, size));
  let position = byte - 1;
  try {
    for await (const piece of partOfFile(path, position, size - position)) {
      const found = piece.indexOf(LINE_FEED);
      if (found !== -1) return position + found + 1;
      position += piece.length;
    }
  } catch (error) {
    throw openingError(error, path);
  }
  return size;
}

function isPlain(head: Uint8Array): boolean {
  return compressionOf(head) === undefined && !isTar(head) && !isZip(head);
}

async function headOf(path: string): Promise<Uint8Array> {
  try {
    for await (const head of partOfFile(path, 0, HEAD_BYTES)) return head;
  } catch (error) {
    throw openingError(error, path);
  }
  return new Uint8Array(0);
}
