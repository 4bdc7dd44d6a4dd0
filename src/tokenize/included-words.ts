import type { StageContext } from '../core/stage.js';
import { UNKNOWN } from '../core/vocabulary.js';
import type { RunBlock } from './word-run.js';
import { ABSENT, type ByteReader, tableOf, type WordTable } from './word-table.js';

/** Words that a vocabulary is to have whatever their count, or what reads them when the run begins. */
export type Include = readonly string[] | ((context: StageContext) => Promise<readonly string[]>);

/** Words and their counts, by id. */
interface CountedList {
  readonly words: readonly string[];
  readonly counts: Float64Array;
}

/** Words that are part of a vocabulary whatever their count, and how often they occur. */
export class IncludedWords {
  /** In the order given, each once; `<UNK>` is not one of them. */
  readonly words: readonly string[];
  readonly counts: Float64Array;
  readonly #table: WordTable;
  /** Those that occur, by their places in `words`, in the order of bytes. */
  readonly #found: number[] = [];

  constructor(words: readonly string[]) {
    this.words = [...new Set(words)].filter((word) => word !== UNKNOWN && word !== '<unk>');
    this.counts = new Float64Array(this.words.length);
    this.#table = tableOf(this.words);
  }

  /** Whether any of them occurs in the text. */
  get occur(): boolean {
    return this.#found.length > 0;
  }

  /** Whether a word of a list of counted words is one of them. */
  has({ starts, ends }: RunBlock, reader: ByteReader, index: number): boolean {
    return this.#table.find(reader, starts[index]!, ends[index]!) !== ABSENT;
  }

  /** Takes the count of a word, if it is one of them; words must come in the order of their bytes. */
  take({ starts, ends, counts }: RunBlock, reader: ByteReader, index: number): boolean {
    const place = this.#table.find(reader, starts[index]!, ends[index]!);
    if (place === ABSENT) return false;
    this.counts[place] = counts[index]!;
    this.#found.push(place);
    return true;
  }

  /**
   * Joins them to words that were chosen by count: those that occur are put in their places by count and bytes; those
   * that do not follow with a count of 0, in the order in which they were given.
   */
  joinedTo(chosen: CountedList): CountedList {
    const { counts } = this;
    // Stable: of equal counts the earlier in the order of bytes stays before.
    const found = [...this.#found].sort((a, b) => counts[b]! - counts[a]!);
    const absent = this.words.filter((_, place) => counts[place] === 0);
    const words: string[] = [];
    const all = new Float64Array(chosen.words.length + this.words.length);
    let next = 0;
    for (const place of found) {
      for (; next < chosen.words.length && comesBefore(chosen, next, this, place); next++) {
        all[words.length] = chosen.counts[next]!;
        words.push(chosen.words[next]!);
      }
      all[words.length] = counts[place]!;
      words.push(this.words[place]!);
    }
    for (; next < chosen.words.length; next++) {
      all[words.length] = chosen.counts[next]!;
      words.push(chosen.words[next]!);
    }
    return { words: words.concat(absent), counts: all };
  }
}

function comesBefore(a: CountedList, i: number, b: CountedList, j: number): boolean {
  const difference = a.counts[i]! - b.counts[j]!;
  if (difference !== 0) return difference > 0;
  return Buffer.compare(Buffer.from(a.words[i]!), Buffer.from(b.words[j]!)) < 0;
}
