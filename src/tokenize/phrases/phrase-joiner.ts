import type { TokenBlock } from '../../core/blocks.js';
import type { Phrase } from '../../formats/phrases.js';
import { ABSENT, tableOf, type WordTable } from '../word-table.js';
import { type SeparatedTokens, separateTokens } from './separated-tokens.js';

const NONE = -1;

/**
 * Joins words to phrases from left to right, as word2phrase.c and gensim do: two words that make one are joined, and the
 * next phrase begins behind them; connectors inside are taken along.
 */
export class PhraseJoiner {
  /** Phrases joined so far. */
  joined = 0;
  readonly #phrases: WordTable;
  readonly #connectors: WordTable;
  readonly #separator: Uint8Array;

  /** @param connectors words that are stepped over to find the next word */
  constructor(phrases: readonly Pick<Phrase, 'words'>[], connectors: WordTable, separator: string) {
    this.#phrases = tableOf([...new Set(phrases.map(({ words }) => words.join('\0')))]);
    this.#connectors = connectors;
    this.#separator = new TextEncoder().encode(separator);
  }

  join(block: TokenBlock): TokenBlock {
    const tokens = separateTokens(block, this.#connectors);
    const out = new JoinedTokens(tokens, this.#separator, block);
    const sentenceEnds = new Uint32Array(block.sentenceEnds.length);
    let token = 0;
    for (const [sentence, end] of block.sentenceEnds.entries()) {
      this.#joinSentence(tokens, token, end, out);
      token = end;
      sentenceEnds[sentence] = out.count;
    }
    return { ...out.tokens(), sentenceEnds };
  }

  #joinSentence(
    { source, starts, ends, connectors }: SeparatedTokens,
    start: number,
    end: number,
    out: JoinedTokens,
  ) {
    let first = NONE;
    for (let token = start; token < end; token++) {
      if (connectors[token] === 1) {
        if (first === NONE) out.add(token, token + 1);
      } else if (first === NONE) {
        first = token;
      } else if (this.#phrases.find(source, starts[first]!, ends[token]!) !== ABSENT) {
        out.add(first, token + 1);
        this.joined++;
        first = NONE;
      } else {
        out.addEach(first, token);
        first = token;
      }
    }
    if (first !== NONE) out.addEach(first, end);
  }
}

/** The tokens of a new block, each made of one or more of another. */
class JoinedTokens {
  count = 0;
  readonly #bytes: Uint8Array;
  readonly #ends: Uint32Array;
  #length = 0;

  constructor(
    readonly from: SeparatedTokens,
    readonly separator: Uint8Array,
    { bytes, tokenEnds }: TokenBlock,
  ) {
    this.#bytes = new Uint8Array(bytes.length + tokenEnds.length * separator.length);
    this.#ends = new Uint32Array(tokenEnds.length);
  }

  /** One token of those from `first` up to `end`. */
  add(first: number, end: number): void {
    const { source, starts, ends } = this.from;
    for (let token = first; token < end; token++) {
      if (token > first) {
        for (const byte of this.separator) this.#bytes[this.#length++] = byte;
      }
      for (let at = starts[token]!; at < ends[token]!; at++) this.#bytes[this.#length++] = source.bytes[at]!;
    }
    this.#ends[this.count++] = this.#length;
  }

  addEach(first: number, end: number): void {
    for (let token = first; token < end; token++) this.add(token, token + 1);
  }

  tokens(): Pick<TokenBlock, 'bytes' | 'tokenEnds'> {
    return { bytes: this.#bytes.subarray(0, this.#length), tokenEnds: this.#ends.subarray(0, this.count) };
  }
}
