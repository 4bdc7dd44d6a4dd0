import { collectVectors } from './collect-vectors.js';
import { formatOf, HEAD_BYTES } from './format-of.js';
import { VectorFile } from './vector-file.js';
import { openVectors, type VectorFormat } from './vector-stream.js';
import type { ReadOptions, WordVectors } from './word-vectors.js';

export { openVectors, type VectorFormat } from './vector-stream.js';

/**
 * Tells a vector file's format by its content; see `formatOf`.
 *
 * @throws WordmillError `noInput`; `data` where it is none of them.
 */
export async function detectFormat(path: string): Promise<VectorFormat> {
  const file = await VectorFile.open(path);
  try {
    return formatOf(await file.head(HEAD_BYTES), file);
  } finally {
    await file.close();
  }
}

/**
 * Reads a vector file of any of the formats, compressed or not. Memory is the matrix and the words, or neither where
 * wordmill's own format is mapped. Of a word that occurs twice the first row is kept.
 *
 * @throws WordmillError as `openVectors` and its stream; `outOfMemory` where there is no room for the matrix.
 */
export async function readVectors(path: string, options: ReadOptions = {}): Promise<WordVectors> {
  const stream = await openVectors(path, options);
  try {
    return stream.whole?.() ?? (await collectVectors(stream, path, options));
  } finally {
    await stream.close();
  }
}
