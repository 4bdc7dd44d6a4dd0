import type { TokenBlock } from '../../core/blocks.js';
import { ByteReader, WordTable } from '../../tokenize/word-table.js';
import { Growth, type GrowthPoint } from './heaps.js';
import { mapped, type Range } from './range.js';

/** At how many places of a sample its words are counted. */
const PLACES = 40;

/** The words of a sample: how many there are, and how their number grows. */
export class SampleWords {
  readonly tokens: number;
  readonly #table: WordTable;
  readonly #growth: Growth;

  constructor(blocks: readonly TokenBlock[]) {
    const table = new WordTable();
    const tokens = blocks.reduce((total, { tokenEnds }) => total + tokenEnds.length, 0);
    const points: GrowthPoint[] = [];
    let done = 0;
    for (const { bytes, tokenEnds } of blocks) {
      const reader = new ByteReader(bytes);
      for (let token = 0, start = 0; token < tokenEnds.length; token++) {
        const end = tokenEnds[token]!;
        table.add(reader, start, end);
        start = end;
        done++;
        if (done >= ((points.length + 1) * tokens) / PLACES) points.push({ tokens: done, types: table.size });
      }
    }
    this.tokens = tokens;
    this.#table = table;
    this.#growth = new Growth(points.length > 0 ? points : [{ tokens: 0, types: 0 }]);
  }

  get types(): number {
    return this.#table.size;
  }

  /** The mean length of a word, of each once, in bytes. */
  get wordBytes(): number {
    return this.types === 0 ? 0 : this.#table.starts[this.types]! / this.types;
  }

  /** How many words of the sample occur so often. */
  withCount(least: number): number {
    let words = 0;
    for (let id = 0; id < this.types; id++) if (this.#table.counts[id]! >= least) words++;
    return words;
  }

  /** How many different words a text of so many tokens has. */
  typesOf(tokens: Range): Range {
    return this.#growth.rangeAt(tokens);
  }

  /**
   * How many words occur `minCount` times or more in a text of so many tokens: they grow with the text as all words do with
   * one that is `minCount` times shorter, so that the sample is stretched less.
   */
  wordsOf(tokens: Range, minCount: number): Range {
    const shorter = this.#growth.typesAt(this.tokens / minCount);
    const ratio = shorter === 0 ? 0 : this.withCount(minCount) / shorter;
    return mapped(
      this.#growth.rangeAt(mapped(tokens, (count) => count / minCount)),
      (types) => types * ratio,
    );
  }
}
