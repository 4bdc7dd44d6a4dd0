import type { StageCounts } from './report.js';

/**
 * What flows between stages: batches, in columns, never single tokens. "Ends" arrays hold, for each item, the
 * position just after it; an item starts where the one before it ends, the first at 0.
 */

/** Text: one unit (a line or a paragraph) after another, each ended by `\n`; valid UTF-8 without NUL. */
export interface TextBlock {
  readonly bytes: Uint8Array;
  /** Where its units come from, first to last; only where somebody wants to know (`StageContext.rejected`). */
  readonly origins?: readonly TextOrigin[];
  /** How far the source has come with this block; only where a later run may want to know (`StageContext.recovery`). */
  readonly position?: InputPosition;
}

/** Where some units of a block come from. */
export interface TextOrigin {
  readonly file: string;
  /** The place in the block, from 0, of the first unit of the file; those of the next origin follow. */
  readonly firstUnit: number;
  /** For each of its units the line of the file, from 1, that it starts on. */
  readonly lines: Float64Array;
}

/**
 * How far a source has come. Units are counted as they come from the reader of a format, before any filter, so that a
 * later run passes over them and goes on.
 */
export interface InputPosition {
  /** How many inputs (files) are done. */
  readonly input: number;
  /** How many units of the next one. */
  readonly units: number;
  /** What the source had counted when it began with that. */
  readonly source: StageCounts;
}

/** Tokens of whole sentences, as UTF-8: token `i` is `bytes[tokenEnds[i-1] .. tokenEnds[i])`. No token is empty. */
export interface TokenBlock {
  readonly bytes: Uint8Array;
  readonly tokenEnds: Uint32Array;
  /** For each sentence, the index just after its last token. Sentences may be empty. */
  readonly sentenceEnds: Uint32Array;
  /**
   * How far the source has come with this block. A stage that makes one block of each passes it on; one that keeps
   * something from block to block must not.
   */
  readonly position?: InputPosition;
}

/** Tokens of whole sentences as ids into a vocabulary. */
export interface IdBlock {
  readonly ids: Uint32Array;
  readonly sentenceEnds: Uint32Array;
  /** The number, in the whole corpus and from 0, of this block's first sentence; sampling is seeded by it. */
  readonly firstSentence: number;
}

/**
 * Training pairs. `context` is the input word (a row of E), `target` the word that is predicted,
 * `offset` = position(target) - position(context), signed.
 */
export interface PairBlock {
  readonly contexts: Uint32Array;
  readonly targets: Uint32Array;
  readonly offsets: Int32Array;
  /** How much each pair counts; absent means 1 each. */
  readonly weights?: Float32Array;
}

/** Windows: many context words predict one target (CBOW, language models). */
export interface WindowBlock {
  /** The contexts of window `i` are `contexts[contextEnds[i-1] .. contextEnds[i])`, in text order. */
  readonly contexts: Uint32Array;
  readonly contextEnds: Uint32Array;
  readonly targets: Uint32Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true }); // U+FEFF may begin a word

/** Packs sentences of words into one block. Empty words are left out. */
export function tokenBlock(sentences: Iterable<readonly string[]>): TokenBlock {
  let text = '';
  const tokenEnds: number[] = [];
  const sentenceEnds: number[] = [];
  let byteEnd = 0;
  for (const sentence of sentences) {
    for (const word of sentence) {
      if (word === '') continue;
      text += word;
      byteEnd += Buffer.byteLength(word);
      tokenEnds.push(byteEnd);
    }
    sentenceEnds.push(tokenEnds.length);
  }
  return {
    bytes: encoder.encode(text),
    tokenEnds: Uint32Array.from(tokenEnds),
    sentenceEnds: Uint32Array.from(sentenceEnds),
  };
}

/** Unpacks a block into sentences of words: for display, tests and small inputs. */
export function* sentencesOf(block: TokenBlock): Generator<string[]> {
  let token = 0;
  let start = 0;
  for (const end of block.sentenceEnds) {
    const sentence: string[] = [];
    for (; token < end; token++) {
      const tokenEnd = block.tokenEnds[token]!;
      sentence.push(decoder.decode(block.bytes.subarray(start, tokenEnd)));
      start = tokenEnd;
    }
    yield sentence;
  }
}

/** A user's own tokenizing stage may yield plain arrays of words by sentence; this makes them blocks. */
export function toTokenBlock(item: TokenBlock | readonly (readonly string[])[]): TokenBlock {
  return Array.isArray(item) ? tokenBlock(item) : (item as TokenBlock);
}

/** Packs sentences of ids into one block. */
export function idBlock(sentences: Iterable<readonly number[]>, firstSentence = 0): IdBlock {
  const ids: number[] = [];
  const sentenceEnds: number[] = [];
  for (const sentence of sentences) {
    for (const id of sentence) ids.push(id);
    sentenceEnds.push(ids.length);
  }
  return { ids: Uint32Array.from(ids), sentenceEnds: Uint32Array.from(sentenceEnds), firstSentence };
}

/** Pairs of words from outside: each sentence of the block has two tokens, context and target. */
export interface TokenPairBlock extends TokenBlock {
  /** How much each pair counts; absent means 1 each. */
  readonly weights?: Float32Array;
}

/** Cells of a co-occurrence matrix: `values[i]` stands in row `rows[i]` and column `columns[i]`, both word ids. */
export interface CellBlock {
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}
