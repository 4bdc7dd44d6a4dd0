import type { PhraseOptions } from './options.js';

/** What a score is made of. */
export interface PhraseCounts {
  /** Occurrences of the first word, the last, and both together. */
  readonly first: number;
  readonly last: number;
  readonly together: number;
  /** Words of the text, connectors included. */
  readonly words: number;
}

/** Scores of two words that stand together; the higher, the more they are a phrase. */
export type PhraseScore = (counts: PhraseCounts) => number;

/**
 * How phrases are scored.
 *
 * - `word2phrase`: (together - discount) x words / (first x last), as word2phrase.c has it (Mikolov et al. 2013,
 *   "Distributed representations of words and phrases and their compositionality", equation 6, times the words).
 *   gensim's default is the same, but for the size of its vocabulary in place of the number of words.
 * - `pmi`: ln(p(together) / (p(first) p(last))), in nats.
 * - `npmi`: that, divided by -ln p(together): 1 for words that stand together only (Bouma 2009, "Normalized
 *   (pointwise) mutual information in collocation extraction").
 */
export function phraseScore({ scoring, minCount, discount = minCount }: PhraseOptions): PhraseScore {
  switch (scoring) {
    case 'word2phrase':
      return ({ first, last, together, words }) => ((together - discount) / (first * last)) * words;
    case 'pmi':
      return mutualInformation;
    case 'npmi':
      return (counts) => mutualInformation(counts) / -Math.log(counts.together / counts.words);
  }
}

function mutualInformation({ first, last, together, words }: PhraseCounts): number {
  return Math.log(together / words / ((first / words) * (last / words)));
}

const THRESHOLDS = { word2phrase: 100, npmi: 0.5, pmi: 6 } as const;

/** The score that a phrase has to pass. */
export function phraseThreshold({ scoring, threshold = THRESHOLDS[scoring] }: PhraseOptions): number {
  return threshold;
}
