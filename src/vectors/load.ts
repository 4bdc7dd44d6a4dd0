import { readVectors } from '../formats/detect.js';
import type { ReadOptions } from '../formats/word-vectors.js';
import { Vectors } from './vectors.js';

/**
 * Loads word vectors from a file of any origin: GloVe text, word2vec text and binary, fastText's .vec and .bin,
 * safetensors, .npy with a list of words. Formats are told apart by content, compressed (gzip, zstd, bzip2, xz) or not.
 * Memory is the matrix and the words, or neither where safetensors is mapped; `limit` takes the first rows only.
 *
 * @throws WordmillError `noInput` where there is no such file; `data`, with its place, for what is no vector file or a
 * broken one; `outOfMemory`; `aborted`. What is odd but can be read is told to `report`.
 */
export async function loadVectors(path: string, options: ReadOptions = {}): Promise<Vectors> {
  return new Vectors(await readVectors(path, options));
}
