import { WordmillError } from '../core/errors.js';
import { lengthOf, measured, similarityOf } from './similarity.js';
import { weightedSum } from './sums.js';
import type { Neighbour, Vectors } from './vectors.js';

/** Two words: an axis goes from the first to the second. */
export type WordPair = readonly [from: string, to: string];

/**
 * How words are placed on an axis. `cosine`: by the angle, from -1 to 1, so that long vectors are not farther out; `dot`:
 * by the length of their shadow on it, in the units of the vectors.
 */
export type Projection = 'cosine' | 'dot';

/** How projections are given. */
export interface ProjectOptions {
  /** By default `cosine`. */
  readonly similarity?: Projection;
}

/**
 * An axis among word vectors, such as gender from `man:woman` and `king:queen`: the mean of the pairs' differences,
 * each scaled to length 1 so that no pair counts more than another, itself scaled to length 1.
 *
 * Bolukbasi et al. 2016 ("Man is to Computer Programmer as Woman is to Homemaker?", section 5.1) take the first
 * principal component of the pairs around their means instead. Where pairs agree the two are close; the mean also says
 * which end is which, works with a single pair, and `agreement` tells of pairs that go another way.
 */
export class Direction {
  /** Of length 1. */
  readonly axis: Float32Array;
  /** The cosine of each pair's difference with the axis: near 0 or below for pairs that do not belong. */
  readonly agreement: readonly number[];
  readonly #vectors: Vectors;

  /**
   * @throws WordmillError `data` for a word that is not there; for no pairs, a pair of equal vectors, or pairs whose
   * differences cancel out.
   */
  constructor(vectors: Vectors, pairs: readonly WordPair[]) {
    this.#vectors = vectors;
    const differences = pairs.map((pair) => differenceOf(vectors, pair));
    const terms = differences.map((vector) => ({ vector, weight: 1 / pairs.length }));
    const mean = Float32Array.from(weightedSum(terms, vectors.dimensions, { unitLength: true }));
    // Sums of float32 that cancel out leave about this much of vectors of length 1.
    if (!(lengthOf(mean) > 1e-6)) {
      throw new WordmillError('data', 'these pairs give no direction: their differences cancel out', {
        hint: 'Put each pair the same way round: man:woman king:queen',
      });
    }
    this.axis = Float32Array.from(
      weightedSum([{ vector: mean, weight: 1 }], mean.length, { unitLength: true }),
    );
    const axis = measured(this.axis);
    this.agreement = differences.map((vector) => similarityOf('cosine', measured(vector), axis));
  }

  /**
   * Where words lie on the axis, those nearest to its end (the second words of pairs) first.
   *
   * @throws WordmillError `data` for a word that is not there.
   */
  project(words: readonly string[], { similarity = 'cosine' }: ProjectOptions = {}): Neighbour[] {
    const axis = measured(this.axis);
    return words
      .map((word) => ({
        word,
        similarity: similarityOf(similarity, measured(this.#vectors.get(word)), axis),
      }))
      .sort((a, b) => b.similarity - a.similarity);
  }

  /**
   * Of all words the `count` nearest to the end of the axis, and those nearest to its start, farthest out first. No word
   * is in both, however few there are.
   */
  extremes(
    count = 10,
    { similarity = 'cosine' }: ProjectOptions = {},
  ): { readonly end: Neighbour[]; readonly start: Neighbour[] } {
    const end = this.#vectors.nearestTo(this.axis, count, { similarity });
    const taken = new Set(end.map(({ word }) => word));
    const opposite = this.axis.map((value) => 0 - value);
    const start = this.#vectors
      .nearestTo(opposite, count, { similarity })
      .filter(({ word }) => !taken.has(word))
      .map((found) => ({ ...found, similarity: 0 - found.similarity }));
    return { end, start };
  }
}

function differenceOf(vectors: Vectors, [from, to]: WordPair): Float32Array {
  const terms = [
    { word: to, weight: 1 },
    { word: from, weight: -1 },
  ];
  const difference = vectors.sum(terms);
  if (lengthOf(difference) > 0) return difference;
  throw new WordmillError('data', `${from}:${to} gives no direction: their vectors are the same`);
}
