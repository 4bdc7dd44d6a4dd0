import { WordmillError } from './errors.js';

/** How the unknown word is spelled in memory; GloVe text spells it `<unk>`. */
export const UNKNOWN = '<UNK>';

/**
 * A finished vocabulary: word `id` is `words[id]` and occurred `counts[id]` times; ordered by count, largest first,
 * then by UTF-8 bytes. (One that was read from a file keeps the file's order, which may be another.)
 *
 * Words that were pruned are folded into `<UNK>`. With `unknown: 'token'` it is the last word of `words` (so models
 * train a row for it); with `'drop'` it has no id, and only its count is kept.
 */
export class Vocabulary {
  readonly words: readonly string[];
  /** Occurrences by id; float64 holds whole numbers up to 2^53. */
  readonly counts: Float64Array;
  readonly unknown: 'drop' | 'token';
  /** How many tokens `<UNK>` stands for. */
  readonly unknownCount: number;
  #ids: Map<string, number> | undefined;

  constructor(options: {
    words: readonly string[];
    counts: ArrayLike<number>;
    unknown?: 'drop' | 'token';
    unknownCount?: number;
  }) {
    this.unknown = options.unknown ?? 'drop';
    this.unknownCount = options.unknownCount ?? 0;
    if (options.words.length !== options.counts.length) {
      throw new WordmillError(
        'internal',
        `${options.words.length} words but ${options.counts.length} counts`,
      );
    }
    if (this.unknown === 'token' && options.words.at(-1) !== UNKNOWN) {
      this.words = [...options.words, UNKNOWN];
      this.counts = new Float64Array(this.words.length);
      this.counts.set(options.counts);
      this.counts[this.words.length - 1] = this.unknownCount;
    } else {
      this.words = options.words;
      this.counts = Float64Array.from(options.counts);
    }
  }

  /** How many words have an id (with `<UNK>` where it is one of them). */
  get size(): number {
    return this.words.length;
  }

  /** The id of `<UNK>`, or undefined where unknown words are dropped. */
  get unknownId(): number | undefined {
    return this.unknown === 'token' ? this.words.length - 1 : undefined;
  }

  /** Tokens that have an id: what an epoch of training sees before subsampling. */
  get totalCount(): number {
    let total = 0;
    for (const count of this.counts) total += count;
    return total;
  }

  /** The id of a word; for an unknown one the id of `<UNK>`, or undefined where unknown words are dropped. */
  idOf(word: string): number | undefined {
    this.#ids ??= new Map(this.words.map((known, id) => [known, id]));
    return this.#ids.get(word) ?? this.unknownId;
  }

  /** Whether the word itself is in the vocabulary. */
  has(word: string): boolean {
    const id = this.idOf(word);
    return id !== undefined && this.words[id] === word;
  }
}
