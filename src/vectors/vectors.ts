import { WordmillError } from '../core/errors.js';
import { rowOf, type TrainedVectors } from '../core/vectors.js';
import { UNKNOWN } from '../core/vocabulary.js';
import { type Words, wordsFrom } from '../core/words.js';
import { GLOVE_UNKNOWN } from '../formats/glove-text.js';
import { checkOneRowEach, type WordVectors } from '../formats/word-vectors.js';
import { nearestRows, rowLengths } from './nearest.js';
import { nearestSpellings } from './spellings.js';

/** A word and how near it is: its cosine with the query, from -1 to 1. */
export interface Neighbour {
  readonly word: string;
  readonly similarity: number;
}

/** Word vectors in use: look a word up, find its neighbours. Of a word that occurs twice the first row counts. */
export class Vectors {
  readonly words: Words;
  readonly dimensions: number;
  readonly #matrix: WordVectors['matrix'];
  readonly #vectorOf: WordVectors['vectorOf'];
  #lengths: Float64Array | undefined;

  constructor(vectors: WordVectors) {
    checkOneRowEach(vectors);
    const { words, matrix, vectorOf } = vectors;
    this.#vectorOf = vectorOf;
    this.words = wordsFrom(words);
    this.dimensions = matrix.dimensions;
    this.#matrix = matrix;
  }

  /** The input vectors that training made. */
  static of({
    vocabulary,
    input,
    subwords,
  }: Pick<TrainedVectors, 'vocabulary' | 'input' | 'subwords'>): Vectors {
    const vectorOf = subwords && ((word: string) => subwords.ofNGrams(word));
    return new Vectors({ words: vocabulary.words, matrix: input, ...(vectorOf && { vectorOf }) });
  }

  /** How many words there are. */
  get size(): number {
    return this.words.length;
  }

  /** Whether a word has a vector: a row, or one that can be composed of its n-grams. */
  has(word: string): boolean {
    return this.#rowOf(word) !== undefined || this.#vectorOf?.(word) !== undefined;
  }

  /**
   * A word's vector: its row, as a view, or where vectors have n-grams what is composed of them.
   *
   * @throws WordmillError `data` for a word that is not there, with those nearest in spelling.
   */
  get(word: string): Float32Array {
    const row = this.#rowOf(word);
    const vector = row === undefined ? this.#vectorOf?.(word) : rowOf(this.#matrix, row);
    if (vector) return vector;
    const spellings = nearestSpellings(this.words, word).map((near) => JSON.stringify(near));
    throw new WordmillError('data', `the word ${JSON.stringify(word)} is not among these vectors`, {
      ...(spellings.length > 0 && { hint: `Did you mean ${spellings.join(', ')}?` }),
    });
  }

  /**
   * The `count` words with the largest cosine to a word, best first, itself left out. Exact: every row is compared.
   *
   * @throws WordmillError `data` for a word that is not there, with those nearest in spelling.
   */
  nearest(word: string, count = 10): Neighbour[] {
    const row = this.#rowOf(word);
    return this.#search(this.get(word), count, (other) => other === row);
  }

  /**
   * The `count` words with the largest cosine to a vector, best first; a vector of length 0 is equally far from all.
   *
   * @throws WordmillError `data` for a vector of other dimensions.
   */
  nearestTo(vector: Float32Array, count = 10): Neighbour[] {
    if (vector.length !== this.dimensions) {
      throw new WordmillError(
        'data',
        `a vector of ${vector.length} numbers cannot be compared with vectors of ${this.dimensions}`,
      );
    }
    return this.#search(vector, count);
  }

  #search(vector: Float32Array, count: number, isLeftOut?: (row: number) => boolean): Neighbour[] {
    this.#lengths ??= rowLengths(this.#matrix);
    return nearestRows(this.#matrix, this.#lengths, vector, count, isLeftOut).map(({ row, similarity }) => ({
      word: this.words.at(row),
      similarity,
    }));
  }

  #rowOf(word: string): number | undefined {
    // GloVe files spell the unknown word their own way; its reader has made it ours.
    return this.words.rowOf(word) ?? (word === GLOVE_UNKNOWN ? this.words.rowOf(UNKNOWN) : undefined);
  }
}
