import type { TokenBlock } from '../core/blocks.js';

/** What splitting one batch gave. */
export interface SplitBatch {
  readonly block: TokenBlock;
  readonly units: number;
  /** Units without a word. */
  readonly emptyUnits: number;
  /** Tokens that were too long. */
  readonly droppedTokens: number;
  /** How the first of them begins. */
  readonly droppedExample: string;
}

/** Splits the units of a batch, each ended by `\n`, the last one perhaps not. */
export type BatchSplitter = (input: Uint8Array) => SplitBatch;
