import type { TokenBlock } from '../core/blocks.js';
import type { EncodedSentences } from '../native/text.js';
import type { CountedWords, CounterState, GenerationOptions } from './generations.js';

/**
 * Counts words and turns tokens into provisional ids, numbered in the order in which words first come. A text goes
 * through block by block: `take`, then `encode` until the block is done; after each, a new generation where one is
 * needed.
 */
export interface TokenCounter {
  /** Takes a block that `checkTokenBlock` has passed. */
  take(block: TokenBlock): void;
  /** Counts and encodes from where the call before stopped. Nothing else may be called until it is settled. */
  encode(): Promise<EncodedSentences>;
  /** Begins a generation without words; those counted so far go to disk. */
  startEmpty(): Promise<void>;
  /**
   * Begins a generation without the words that have occurred rarely: once or less the first time, twice or less the
   * second, and so on (word2vec.c, ReduceVocab). Their tokens are unknown words from then on; a word that comes back
   * counts from 1.
   */
  startPruned(): Promise<void>;
  /** Writes the words of the open generation to a file, in the order of their ids, between two blocks. */
  save(path: string): Promise<CounterState>;
  /** Goes on from what `save` wrote; before the first block. */
  restore(path: string, state: CounterState): Promise<void>;
  /** Ends the counting; the counter is given up. */
  finish(): Promise<CountedWords>;
}

/** Within which limits words are counted. */
export interface CountingLimits extends GenerationOptions {
  /** The most that counting may take; only the words of one sentence can make it take more. */
  readonly memoryBytes: number;
  /** With more different words than this after a sentence, rare ones are dropped. */
  readonly pruneAt?: number | undefined;
}
