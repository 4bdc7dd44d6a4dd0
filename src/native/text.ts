import type { TokenBlock } from '../core/blocks.js';

/** How ASCII is split; see src/tokenize/options.ts. Other characters are as `learn` says. */
export interface TextSplitterOptions {
  /** The splitter `words`; else `whitespace`. */
  readonly lettersAndDigits: boolean;
  readonly lowercase: boolean;
  readonly foldNumbers: boolean;
  readonly maxSentence: number;
}

/** The words of what the splitter left open, found by other means: `tokenEnds` as in TokenBlock. */
export interface OpenWords {
  readonly bytes: Uint8Array;
  readonly tokenEnds: Uint32Array;
  /** For each open stretch, how many tokens are its. */
  readonly counts: Uint32Array;
}

/** Splits batches of units into words, `split` and `finish` by turns. */
export interface NativeTextSplitter {
  /**
   * Splits units, each ended by `\n`. Gives start and end, in the input, of every stretch that it leaves open: chunks
   * between ASCII white space with a character that is not known to it, and words that are too long.
   */
  split(batch: { readonly bytes: Uint8Array }): Uint32Array;
  finish(open: OpenWords): TokenBlock & { readonly units: number; readonly emptyUnits: number };
  /** What becomes of the characters `64 page .. 64 page + 63`: see character_table.h. */
  learn(given: { readonly page: number; readonly entries: Uint32Array }): void;
}

/** Sentences as the spool has them. */
export interface EncodedSentences {
  readonly bytes: Uint8Array;
  /** For each sentence, the index just after its last byte. */
  readonly sentenceEnds: Uint32Array;
  /** Whether the block is at its end. */
  readonly done: boolean;
  /** Whether an empty generation is needed before anything else is encoded. */
  readonly needsRoom: boolean;
  /** The same for a generation with fewer words. */
  readonly needsPruning: boolean;
}

/** What a counter's table takes: slots of its hash table, and bytes for words; both powers of two. */
export interface CounterSize {
  readonly slots: number;
  readonly arenaBytes: number;
}

/** Counts words and encodes tokens on a thread of its own; nothing else may be called until its promise is settled. */
export interface NativeWordCounter {
  /** Takes a copy of a block. @throws RangeError if its ends do not fit together. */
  take(block: TokenBlock): void;
  /** Goes on with the block that was taken. */
  encode(): Promise<EncodedSentences>;
  /** How many different words there are in this generation. */
  words(): number;
  /** Sorts the words, for `nextRunBytes`. */
  sort(): Promise<void>;
  /** Puts the words in the order of their ids, for `nextRunBytes`. */
  list(): void;
  /** How large the table has grown, which decides when it is full. */
  size(): CounterSize;
  /** Grows the table to the size that it had. */
  growTo(size: CounterSize): void;
  /** Goes on with words that were counted before, which get the next ids. @throws RangeError if one is there already. */
  restore(words: {
    readonly bytes: Uint8Array;
    readonly tokenEnds: Uint32Array;
    readonly counts: Uint32Array;
  }): void;
  /** The run (word-run.ts) of this generation, piece by piece; empty at its end. */
  nextRunBytes(): Uint8Array;
  /** A new generation, without words. */
  startEmpty(): void;
  /** A new generation with the words that occurred more often; for the old ids, the new ones or 2^32 - 1. */
  startPruned(options: { readonly threshold: number }): {
    readonly newIds: Uint32Array;
    readonly forgottenTokens: number;
  };
}

/** The addon's part for text. */
export interface TextAddon {
  createTextSplitter(options: TextSplitterOptions): NativeTextSplitter;
  /** @param options.mostWords with more different words than this, a block is not gone on with. */
  createWordCounter(options: { readonly memoryBytes: number; readonly mostWords: number }): NativeWordCounter;
}
