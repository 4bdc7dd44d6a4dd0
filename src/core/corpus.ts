import type { IdBlock } from './blocks.js';
import type { Vocabulary } from './vocabulary.js';

/** In a spool's map from provisional to final ids: this word has no id and is left out. */
export const DROPPED = 0xffff_ffff;

/**
 * A corpus that has been read once: its vocabulary, and its tokens on disk, to be read as often as there are epochs.
 */
export interface Corpus {
  readonly vocabulary: Vocabulary;
  readonly spool: Spool;
  /** The corpus as blocks of final ids; words without an id are left out. Each call starts from the beginning. */
  blocks(): AsyncIterable<IdBlock>;
}

/**
 * The files that hold a corpus's tokens, described for readers in any language.
 *
 * `tokensPath` is a row of chunks; the chunk table says where each lies. A chunk holds whole sentences; a sentence
 * is its number of tokens, then that many provisional ids, all as unsigned LEB128.
 *
 * `mapPath` holds, little-endian, a uint32 for each provisional id of each generation, generations one after the
 * other: the final id, or `DROPPED`. A word met again after counting has spilled gets a new provisional id in a new
 * generation, so that the map of one generation stays small.
 */
export interface Spool {
  readonly tokensPath: string;
  readonly mapPath: string;
  readonly chunks: SpoolChunks;
  /** Where in the map each generation starts, as an index of entries; one more entry at the end holds the total. */
  readonly generationStarts: Float64Array;
  readonly sentences: number;
  /** All tokens, those without an id included. */
  readonly tokens: number;
}

/** The chunk table, in columns. */
export interface SpoolChunks {
  readonly length: number;
  /** Byte at which each chunk starts in `tokensPath`. */
  readonly byteStarts: Float64Array;
  readonly byteLengths: Uint32Array;
  /** Number, in the corpus and from 0, of each chunk's first sentence. */
  readonly firstSentences: Float64Array;
  readonly sentenceCounts: Uint32Array;
  readonly tokenCounts: Uint32Array;
  readonly generations: Uint32Array;
}

/** The length of a record of pairs: two ids and a weight. */
export const PAIR_BYTES = 12;

/** Training pairs that came from outside, read once: their vocabulary, and the pairs on disk. */
export interface PairCorpus {
  /** All words of both columns; counts are occurrences in either. */
  readonly vocabulary: Vocabulary;
  /** Occurrences of each word as a target: what negatives are drawn by, so that only targets are ever negatives. */
  readonly targetCounts: Float64Array;
  /** Records of `PAIR_BYTES`, little-endian: uint32 context id, uint32 target id, float32 weight. */
  readonly path: string;
  readonly pairs: number;
}

/** The cells of a co-occurrence matrix, counted or from outside: their vocabulary, and the cells on disk. */
export interface CellCorpus {
  readonly vocabulary: Vocabulary;
  /** A file as GloVe's release writes it (src/formats/cooccurrence.ts). */
  readonly path: string;
  readonly cells: number;
}

/** What a trainer can learn from. */
export type TrainingCorpus = Corpus | PairCorpus | CellCorpus;

/** Whether a corpus is one of pairs. */
export function isPairCorpus(corpus: TrainingCorpus): corpus is PairCorpus {
  return 'pairs' in corpus;
}

/** Whether a corpus is one of co-occurrence cells. */
export function isCellCorpus(corpus: TrainingCorpus): corpus is CellCorpus {
  return 'cells' in corpus;
}
