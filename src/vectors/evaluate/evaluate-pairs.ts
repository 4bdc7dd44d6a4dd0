import { parseOptions } from '../../core/options.js';
import { rowOf } from '../../core/vectors.js';
import type { WordVectors } from '../../formats/word-vectors.js';
import { measured, similarityOf } from '../similarity.js';
import { type Correlation, pearson, spearman } from './correlation.js';
import { knownWords } from './known-words.js';
import { type ScoringOptions, scoringOptions } from './options.js';
import type { WordPairs } from './word-pairs.js';

/** How the cosines of word pairs go with what people said of them. */
export interface PairScores {
  readonly kind: 'pairs';
  readonly name: string;
  readonly spearman: Correlation;
  readonly pearson: Correlation;
  /** Pairs of the set, and how many of them have a word that is not known. */
  readonly pairs: number;
  readonly unknown: number;
  /** The share of pairs whose words are both known, from 0 to 1. */
  readonly covered: number;
  /** Lines of the file that are no pairs. */
  readonly otherLines: number;
}

/**
 * Correlates the cosines of word pairs with their judged similarity; the numbers are those of gensim's
 * `evaluate_word_pairs`. Words are looked up among rows only; none is composed of n-grams.
 *
 * @param vectors words and a row for each
 * @throws WordmillError `usage` for options that do not exist.
 */
export function evaluatePairs(
  vectors: Pick<WordVectors, 'words' | 'matrix'>,
  { name, pairs, otherLines }: WordPairs,
  options: ScoringOptions = {},
): PairScores {
  const { unknownAsZero, ...rest } = parseOptions(scoringOptions, options, 'evaluate');
  const known = knownWords(vectors, {
    ...rest,
    wanted: (fold) => new Set(pairs.flatMap(({ a, b }) => [fold(a), fold(b)])),
  });
  const judged: number[] = [];
  const cosines: number[] = [];
  let unknown = 0;
  for (const { a, b, score } of pairs) {
    const [rowA, rowB] = [known.rowOf(known.fold(a)), known.rowOf(known.fold(b))];
    const isUnknown = rowA === undefined || rowB === undefined;
    if (isUnknown) unknown++;
    if (isUnknown && !unknownAsZero) continue;
    judged.push(score);
    cosines.push(isUnknown ? 0 : cosine(rowOf(vectors.matrix, rowA), rowOf(vectors.matrix, rowB)));
  }
  return {
    ...{ kind: 'pairs', name },
    spearman: spearman(judged, cosines),
    pearson: pearson(judged, cosines),
    ...{ pairs: pairs.length, unknown, covered: (pairs.length - unknown) / pairs.length, otherLines },
  };
}

/** As a float32: ties are those that vectors of such numbers can tell. 0 for a vector of length 0. */
function cosine(a: Float32Array, b: Float32Array): number {
  return Math.fround(similarityOf('cosine', measured(a), measured(b)));
}
