import type { TrainedVectors } from '../core/vectors.js';
import type { SinkOptions } from './options.js';

/** The name of an output's kind, as definitions have it. */
export type SinkName = SinkOptions extends infer Option
  ? Option extends object
    ? keyof Option
    : never
  : never;

/** What the size of an output depends on. */
export interface OutputShape {
  readonly words: number;
  readonly dimensions: number;
  /** The mean length of a word in bytes; English: 8. */
  readonly wordBytes?: number;
  /** Rows of character n-grams, which fastText's binary has too. */
  readonly buckets?: number;
}

/** How many bytes an output takes: at least, and as a rule. */
export interface OutputSize {
  readonly least: number;
  readonly likely: number;
}

/** A number of a vector as text with what is before it: at least ` 0`; measured on trained vectors: 10.2. */
const TEXT = { least: 2, likely: 10.2 };
const BINARY = { least: 4, likely: 4 };

/** The size of an output; exact for binary formats, but for words and headers. */
export function outputSize(name: SinkName, shape: OutputShape): OutputSize {
  const { words, dimensions, wordBytes = 8, buckets = 0 } = shape;
  const of = ({ least, likely }: OutputSize, rows = words): OutputSize => ({
    least: rows * dimensions * least,
    likely: rows * dimensions * likely + words * (wordBytes + 2),
  });
  switch (name) {
    case 'glove':
    case 'word2vecText':
    case 'projector':
      return of(TEXT);
    case 'fasttext':
      return of(BINARY, 2 * words + buckets);
    case 'vocabulary':
      return { least: 2 * words, likely: words * (wordBytes + 5) };
    case 'word2vec':
    case 'outputWeights':
    case 'safetensors':
    case 'npy':
      return of(BINARY);
  }
}

/** How many bytes an output of these vectors takes at least. */
export function leastBytes(name: SinkName, { vocabulary, input }: TrainedVectors): number {
  return outputSize(name, { words: vocabulary.size, dimensions: input.dimensions }).least;
}
