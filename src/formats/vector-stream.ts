import type { Matrix } from '../core/vectors.js';
import { openFasttextBinary } from './fasttext-binary.js';
import { formatOf, HEAD_BYTES } from './format-of.js';
import { openGloveText } from './glove-text.js';
import { openNpy } from './npy.js';
import { openSafetensorsVectors } from './safetensors-vector-reader.js';
import { VectorFile } from './vector-file.js';
import type { ReadOptions, WordVectors } from './word-vectors.js';
import { openWord2vecBinary } from './word2vec-binary.js';
import { openWord2vecText } from './word2vec-text.js';

/** Some rows of a vector file, in its order. */
export interface VectorBatch {
  /** One for each row. */
  readonly words: readonly string[];
  /** Valid until the next batch is asked for. */
  readonly matrix: Matrix;
  /** How often each word occurred, where the file says it. */
  readonly counts?: Float64Array;
}

/** A vector file that is open for reading, row by row. */
export interface VectorStream {
  readonly format: VectorFormat;
  /** How many rows there are, as its header or a first pass says; a header may be wrong. */
  readonly rows: number;
  readonly dimensions: number;
  /** Composes the vector of a string that is not among the words, where it can; undefined for one that has none. */
  readonly vectorOf?: (word: string) => Float32Array | undefined;
  /**
   * All rows, in order. Each call reads them anew from the start.
   *
   * @throws WordmillError while reading: `data` for what is wrong in the file, with its place; `inputOutput`; `aborted`.
   */
  batches(): AsyncIterable<VectorBatch>;
  /** All rows at once, for formats that can be opened without being read. */
  readonly whole?: () => WordVectors;
  close(): Promise<void>;
}

/** What opens a file that is known to be of one format; closing the stream closes the file. */
export type OpenFormat = (file: VectorFile, options: ReadOptions) => Promise<Omit<VectorStream, 'format'>>;

/** The vector formats that are read, and what opens them. */
const OPENERS = {
  fasttext: openFasttextBinary,
  glove: openGloveText,
  npy: openNpy,
  safetensors: openSafetensorsVectors,
  word2vec: openWord2vecBinary,
  word2vecText: openWord2vecText,
} as const satisfies Record<string, OpenFormat>;

/** The name of a vector format, as in a definition's sinks. */
export type VectorFormat = keyof typeof OPENERS;

/**
 * Opens a vector file of any of the formats, compressed (gzip, zstd, bzip2, xz) or not, to read it in memory that does
 * not grow with it. What is odd but no reason to refuse it is told to the report once the last row has been read.
 *
 * @throws WordmillError `noInput` where there is no such file; `data`, with its place, where it is none of the formats
 * or its beginning is broken.
 */
export async function openVectors(path: string, options: ReadOptions = {}): Promise<VectorStream> {
  const file = await VectorFile.open(path);
  try {
    const format = options.format ?? formatOf(await file.head(HEAD_BYTES), file);
    return { ...(await OPENERS[format](file, options)), format };
  } catch (error) {
    await file.close();
    throw error;
  }
}
