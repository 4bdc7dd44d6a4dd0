import { WordmillError } from '../core/errors.js';
import { rowOf, type TrainedVectors } from '../core/vectors.js';
import { UNKNOWN } from '../core/vocabulary.js';
import { type Words, wordsFrom } from '../core/words.js';
import { GLOVE_UNKNOWN } from '../formats/glove-text.js';
import { checkOneRowEach, type WordVectors } from '../formats/word-vectors.js';
import { EmbeddingMatrix, oneHot } from './embedding-matrix.js';
import { parseExpression, type Term } from './expression.js';
import { type IndexMeans, openIndex } from './hnsw/open-index.js';
import type { IndexOptions } from './hnsw/options.js';
import { measureRecall, type Recall } from './hnsw/recall.js';
import { nearestByProduct } from './multiply.js';
import type { ScoredRow } from './plain-search.js';
import { ExactSearch, type RowSearch } from './search.js';
import { measured, type Similarity, similarityOf } from './similarity.js';
import { type SumOptions, weightedSum } from './sums.js';
import { unknownWord } from './unknown-word.js';

/** A word and how near it is to what was asked; larger is nearer. */
export interface Neighbour {
  readonly word: string;
  readonly similarity: number;
}

/** How vectors are compared. */
export interface CompareOptions {
  /** By default `cosine`. */
  readonly similarity?: Similarity;
}

/** How analogies are answered. */
export interface AnalogyOptions extends CompareOptions {
  /** How many answers; by default 10. */
  readonly count?: number;
  /** `add`, by default: 3CosAdd, the vectors nearest to c - a + b. `multiply`: 3CosMul, always of cosines. */
  readonly method?: 'add' | 'multiply';
  /** What is added to the divisor of 3CosMul; by default .001. */
  readonly epsilon?: number;
}

/** Word vectors in use: look words up, compare them, find neighbours. Of a word that occurs twice the first row counts. */
export class Vectors {
  readonly words: Words;
  readonly dimensions: number;
  readonly #matrix: WordVectors['matrix'];
  readonly #vectorOf: WordVectors['vectorOf'];
  readonly #exact: ExactSearch;
  #search: RowSearch;

  constructor(vectors: WordVectors) {
    checkOneRowEach(vectors);
    const { words, matrix, vectorOf } = vectors;
    this.#vectorOf = vectorOf;
    this.words = wordsFrom(words);
    this.dimensions = matrix.dimensions;
    this.#matrix = matrix;
    this.#exact = new ExactSearch(matrix);
    this.#search = this.#exact;
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

  /** All vectors as the matrix E that courses and papers write: dimensions x |V|, a word a column. A view. */
  get matrix(): EmbeddingMatrix {
    return new EmbeddingMatrix(this.#matrix);
  }

  /** Whether a word has a vector: a row, or one that can be composed of its n-grams. */
  has(word: string): boolean {
    return this.hasRow(word) || this.#vectorOf?.(word) !== undefined;
  }

  /** Whether a word is one of `words`. */
  hasRow(word: string): boolean {
    return this.#rowOf(word) !== undefined;
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
    throw unknownWord(this.words, word);
  }

  /**
   * The one-hot vector of a word: |V| numbers, 1 at its row. `matrix.times` of it is `get`.
   *
   * @throws WordmillError `data` for a word that has no row.
   */
  oneHot(word: string): Float32Array {
    const row = this.#rowOf(word);
    if (row === undefined) throw unknownWord(this.words, word);
    return oneHot(row, this.size);
  }

  /**
   * Reads a sum of words such as `+king -man +woman`. Text that is itself one of `words` is that word, so that `-` and
   * `+1` are words where there are such; text without a sign is a word too. Words are not looked up yet.
   */
  expression(text: string): Term[] {
    const word = [{ word: text, weight: 1 }];
    return this.hasRow(text) ? word : (parseExpression(text) ?? word);
  }

  /**
   * The weighted sum of the vectors of words.
   *
   * @throws WordmillError `data` for a word that is not there, with those nearest in spelling.
   */
  sum(terms: readonly Term[], options: SumOptions = {}): Float32Array {
    return Float32Array.from(this.#sum(terms, options));
  }

  /**
   * The mean of the vectors of words, such as those of a line; a word that comes twice counts twice.
   *
   * @throws WordmillError `data` for a word that is not there, and for no words.
   */
  mean(words: readonly string[], options: SumOptions = {}): Float32Array {
    if (words.length === 0) throw new WordmillError('data', 'there are no words to take the mean of');
    const terms = words.map((word) => ({ word, weight: 1 }));
    return Float32Array.from(this.#sum(terms, options), (total) => total / words.length);
  }

  /**
   * How near two words are.
   *
   * @throws WordmillError `data` for a word that is not there, with those nearest in spelling.
   */
  similarity(a: string, b: string, { similarity = 'cosine' }: CompareOptions = {}): number {
    return similarityOf(similarity, measured(this.get(a)), measured(this.get(b)));
  }

  /**
   * The `count` words nearest to a word or a sum of words, best first; those asked about are left out. With cosines
   * each vector of a sum is scaled to length 1 before, so that long ones do not decide alone. Exact: every row is
   * compared.
   *
   * @throws WordmillError `data` for a word that is not there, with those nearest in spelling.
   */
  nearest(
    asked: string | readonly Term[],
    count = 10,
    { similarity = 'cosine' }: CompareOptions = {},
  ): Neighbour[] {
    const terms = typeof asked === 'string' ? [{ word: asked, weight: 1 }] : asked;
    const query =
      terms.length === 1 && terms[0]!.weight === 1
        ? this.get(terms[0]!.word)
        : this.sum(terms, { unitLength: similarity === 'cosine' });
    const leftOut = this.#rowsOf(terms.map(({ word }) => word));
    return this.#named(this.#search.nearestTo(query, count, { similarity, leftOut }));
  }

  /**
   * The `count` words nearest to a vector, best first; by cosine a vector of length 0 is equally far from all.
   *
   * @throws WordmillError `data` for a vector of other dimensions.
   */
  nearestTo(vector: Float32Array, count = 10, { similarity = 'cosine' }: CompareOptions = {}): Neighbour[] {
    if (vector.length !== this.dimensions) {
      throw new WordmillError(
        'data',
        `a vector of ${vector.length} numbers cannot be compared with vectors of ${this.dimensions}`,
      );
    }
    return this.#named(this.#search.nearestTo(vector, count, { similarity }));
  }

  /**
   * From now on finds neighbours, and analogies by 3CosAdd, by an index (HNSW), approximately, in a time that hardly grows
   * with the number of words. The index is read from a path, or where nothing is there built and written to it, with
   * `path`.json beside it.
   *
   * @returns whether it was built; and then, or if it is asked for, which share of the true neighbours it finds.
   * @throws WordmillError as `openIndex` does: for an index of other vectors, or where hnswlib-node is not installed.
   */
  async useIndex(
    path: string,
    { measure = false, ...options }: IndexOptions & { readonly measure?: boolean } = {},
    means: IndexMeans = {},
  ): Promise<{ readonly built: boolean; readonly recall?: Recall }> {
    const { index, built } = await openIndex(path, this.#exact, options, means);
    this.#search = index;
    return { built, ...((built || measure) && { recall: measureRecall(index, this.#exact) }) };
  }

  /**
   * What completes `a` is to `b` as `c` is to …: the words w with the largest sim(e_w, e_c - e_a + e_b) (Mikolov, Yih &
   * Zweig 2013, "Linguistic Regularities in Continuous Space Word Representations"), or the largest product of cosines
   * (Levy & Goldberg 2014), best first; `a`, `b` and `c` are left out. As in `nearest`, cosines are of vectors of length 1.
   *
   * @throws WordmillError `data` for a word that is not there; `usage` for `multiply` of anything but cosines.
   */
  analogy(
    a: string,
    b: string,
    c: string,
    { count = 10, method = 'add', similarity = 'cosine', epsilon }: AnalogyOptions = {},
  ): Neighbour[] {
    if (method === 'add') {
      const terms = [
        { word: c, weight: 1 },
        { word: a, weight: -1 },
        { word: b, weight: 1 },
      ];
      return this.nearest(terms, count, { similarity });
    }
    if (similarity !== 'cosine') {
      throw new WordmillError('usage', `3CosMul multiplies cosines; it cannot go by ${similarity}`);
    }
    const [forA, forB, forC] = [a, b, c].map((word) => measured(this.get(word)));
    const asked = { a: forA!, b: forB!, c: forC! };
    const leftOut = this.#rowsOf([a, b, c]);
    return this.#named(nearestByProduct(this.#matrix, this.#exact.lengths, asked, count, leftOut, epsilon));
  }

  /**
   * How near each word is to the mean of them all, the farthest first: it is the odd one out. With cosines the mean is
   * of vectors scaled to length 1. Equally far ones stay in the order given.
   *
   * @throws WordmillError `data` for a word that is not there, and for fewer than three words.
   */
  oddOneOut(words: readonly string[], { similarity = 'cosine' }: CompareOptions = {}): Neighbour[] {
    if (words.length < 3) throw new WordmillError('data', 'it takes three words to find an odd one out');
    const mean = measured(this.mean(words, { unitLength: similarity === 'cosine' }));
    return words
      .map((word) => ({ word, similarity: similarityOf(similarity, measured(this.get(word)), mean) }))
      .sort((one, other) => one.similarity - other.similarity);
  }

  #sum(terms: readonly Term[], options: SumOptions): Float64Array {
    const vectors = terms.map(({ word, weight }) => ({ vector: this.get(word), weight }));
    return weightedSum(vectors, this.dimensions, options);
  }

  #named(found: readonly ScoredRow[]): Neighbour[] {
    return found.map(({ row, similarity }) => ({ word: this.words.at(row), similarity }));
  }

  #rowsOf(words: readonly string[]): Set<number> {
    return new Set(words.map((word) => this.#rowOf(word)).filter((row) => row !== undefined));
  }

  #rowOf(word: string): number | undefined {
    // GloVe files spell the unknown word their own way; its reader has made it ours.
    return this.words.rowOf(word) ?? (word === GLOVE_UNKNOWN ? this.words.rowOf(UNKNOWN) : undefined);
  }
}
