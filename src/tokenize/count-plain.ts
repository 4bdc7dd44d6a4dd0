import type { TokenBlock } from '../core/blocks.js';
import type { EncodedSentences } from '../native/text.js';
import type { CountedWords, CounterState } from './generations.js';
import { LONGEST_UINT32, writeLeb128 } from './leb128.js';
import type { CountingLimits, TokenCounter } from './token-counter.js';
import { WordCounter } from './word-counter.js';
import { ByteReader, type WordTable } from './word-table.js';

/** Counts in JavaScript: what the native counter is held to, and what counts where the addon is missing. */
export class PlainTokenCounter implements TokenCounter {
  readonly #counter: WordCounter;
  readonly #pruneAt: number;
  #block: TokenBlock | undefined;
  #reader = new ByteReader(new Uint8Array(0));
  #sentence = 0;

  constructor(folder: string, limits: CountingLimits) {
    this.#counter = new WordCounter(folder, limits);
    this.#pruneAt = limits.pruneAt ?? Number.POSITIVE_INFINITY;
  }

  take(block: TokenBlock): void {
    this.#block = block;
    this.#reader = new ByteReader(block.bytes);
    this.#sentence = 0;
  }

  encode(): Promise<EncodedSentences> {
    return Promise.resolve(this.#encode(this.#block!));
  }

  startEmpty(): Promise<void> {
    return this.#counter.startGeneration();
  }

  startPruned(): Promise<void> {
    return this.#counter.startPruned();
  }

  save(path: string): Promise<CounterState> {
    return this.#counter.save(path);
  }

  restore(path: string, state: CounterState): Promise<void> {
    return this.#counter.restore(path, state);
  }

  finish(): Promise<CountedWords> {
    return this.#counter.finish();
  }

  #encode({ tokenEnds, sentenceEnds }: TokenBlock): EncodedSentences {
    const counter = this.#counter;
    let token = this.#sentence === 0 ? 0 : sentenceEnds[this.#sentence - 1]!;
    let start = token === 0 ? 0 : tokenEnds[token - 1]!;
    const left = sentenceEnds.length - this.#sentence;
    const bytes = new Uint8Array(LONGEST_UINT32 * (tokenEnds.length - token + left));
    const ends = new Uint32Array(left);
    let position = 0;
    let sentences = 0;
    const result = (needsRoom: boolean, needsPruning: boolean): EncodedSentences => {
      this.#sentence += sentences;
      return {
        bytes: bytes.subarray(0, position),
        sentenceEnds: ends.subarray(0, sentences),
        done: sentences === left,
        needsRoom,
        needsPruning,
      };
    };
    while (sentences < left) {
      const tokenEnd = sentenceEnds[this.#sentence + sentences]!;
      const end = tokenEnd === token ? start : tokenEnds[tokenEnd - 1]!;
      if (!counter.reserve(tokenEnd - token, end - start)) return result(true, false);
      position = writeLeb128(bytes, position, tokenEnd - token);
      position = countTokens(counter.table, this.#reader, tokenEnds, token, tokenEnd, start, bytes, position);
      ends[sentences++] = position;
      token = tokenEnd;
      start = end;
      if (counter.table.size > this.#pruneAt) return result(false, true);
    }
    return result(false, false);
  }
}

/** Counts the tokens `token .. tokenEnd` and writes their ids; the loop that all tokens of a text go through. */
function countTokens(
  table: WordTable,
  bytes: ByteReader,
  tokenEnds: Uint32Array,
  firstToken: number,
  tokenEnd: number,
  firstByte: number,
  target: Uint8Array,
  targetStart: number,
): number {
  let start = firstByte;
  let position = targetStart;
  for (let token = firstToken; token < tokenEnd; token++) {
    const end = tokenEnds[token]!;
    let id = table.add(bytes, start, end);
    start = end;
    while (id > 0x7f) {
      target[position++] = (id & 0x7f) | 0x80;
      id >>>= 7;
    }
    target[position++] = id;
  }
  return position;
}
