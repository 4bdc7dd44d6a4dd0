import { createReadStream } from 'node:fs';
import { compressionOf, HEAD_BYTES } from '../compression/decompress.js';
import { isTar, isZip } from './foreign-formats.js';

const PIECE = 1 << 16;

/** Some bytes of a file, in pieces of 64 KiB at most. */
export function partOfFile(path: string, start: number, length: number): AsyncIterable<Uint8Array> {
  return createReadStream(path, { start, end: start + length - 1, highWaterMark: PIECE });
}

/** Whether a file is neither compressed nor an archive, by its first bytes: it can be begun with at any line. */
export async function isUnpacked(path: string): Promise<boolean> {
  for await (const head of partOfFile(path, 0, HEAD_BYTES)) {
    return compressionOf(head) === undefined && !isTar(head) && !isZip(head);
  }
  return true;
}
