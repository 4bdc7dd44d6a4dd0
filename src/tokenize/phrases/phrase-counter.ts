import type { TokenBlock } from '../../core/blocks.js';
import { WordmillError } from '../../core/errors.js';
import type { Phrase } from '../../formats/phrases.js';
import { ABSENT, ByteReader, WordTable } from '../word-table.js';
import type { PhraseOptions } from './options.js';
import { phraseScore, phraseThreshold } from './scores.js';
import { BETWEEN, separateTokens } from './separated-tokens.js';

const NONE = -1;
const MOST_WORDS = 2 ** 32 - 1;

/**
 * Counts words and pairs of them, within a memory limit: past it, all that came once are forgotten, the next time all
 * that came up to twice, and so on, as word2phrase.c does. Connectors are stepped over and not counted; a pair with
 * connectors in it is counted with these.
 */
export class PhraseCounter {
  /** Words so far, connectors included. */
  words = 0;
  /** Counts up to this were forgotten at least once: 0 as long as counts are exact. */
  forgotten = 0;
  #table = new WordTable();
  readonly #connectors: WordTable;
  readonly #mostBytes: number;

  /** @param mostBytes for the tables; two stand side by side while counts are forgotten. */
  constructor(connectors: WordTable, mostBytes: number) {
    this.#connectors = connectors;
    this.#mostBytes = mostBytes / 2;
  }

  /** @throws WordmillError `data` past 4,294,967,295 words. */
  add(block: TokenBlock): void {
    const tokens = separateTokens(block, this.#connectors);
    const { source, starts, ends, connectors } = tokens;
    this.words += starts.length;
    if (this.words > MOST_WORDS) {
      throw new WordmillError('data', `more than ${MOST_WORDS} words: too many to count phrases in`, {
        hint: 'Learn phrases from a part of the text, save them, and read them for the whole.',
      });
    }
    this.#makeRoom(2 * starts.length, 3 * source.bytes.length);
    const table = this.#table;
    let token = 0;
    for (const sentenceEnd of block.sentenceEnds) {
      let first = NONE;
      for (; token < sentenceEnd; token++) {
        if (connectors[token] === 1) continue;
        table.add(source, starts[token]!, ends[token]!);
        if (first !== NONE) table.add(source, starts[first]!, ends[token]!);
        first = token;
      }
    }
  }

  /** The pairs that are phrases, best first; among equals, the one that came first. */
  phrases(options: PhraseOptions): Phrase[] {
    const { bytes, starts, counts, size } = this.#table;
    const source = new ByteReader(bytes);
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const score = phraseScore(options);
    const threshold = phraseThreshold(options);
    const found: Phrase[] = [];
    for (let id = 0; id < size; id++) {
      const together = counts[id]!;
      if (together < options.minCount) continue;
      const [start, end] = [starts[id]!, starts[id + 1]!];
      const pair = bytes.subarray(start, end);
      const firstEnd = pair.indexOf(BETWEEN);
      if (firstEnd < 0) continue;
      const first = this.#table.find(source, start, start + firstEnd);
      const last = this.#table.find(source, start + pair.lastIndexOf(BETWEEN) + 1, end);
      // A word may have been forgotten where the pair was not: it came again later.
      if (first === ABSENT || last === ABSENT) continue;
      const value = score({ first: counts[first]!, last: counts[last]!, together, words: this.words });
      if (!(value > threshold)) continue;
      found.push({ words: decoder.decode(pair).split('\0'), count: together, score: value });
    }
    return found.sort((a, b) => b.score - a.score);
  }

  #makeRoom(words: number, bytes: number): void {
    while (this.#table.peakBytes(words, bytes) > this.#mostBytes && this.#table.size > 0) {
      this.forgotten++;
      this.#table = frequentOf(this.#table, this.forgotten);
    }
  }
}

/** A table of what came more often than `count` times. */
function frequentOf({ bytes, starts, counts, size }: WordTable, count: number): WordTable {
  const frequent = new WordTable();
  const source = new ByteReader(bytes);
  for (let id = 0; id < size; id++) {
    if (counts[id]! <= count) continue;
    // Adding may replace the array of counts.
    const added = frequent.add(source, starts[id]!, starts[id + 1]!);
    frequent.counts[added] = counts[id]!;
  }
  return frequent;
}
