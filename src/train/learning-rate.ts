/** The learning rate never falls below this share of where it started (word2vec.c). */
export const LEARNING_RATE_FLOOR = 0.0001;

/**
 * Where the learning rate starts when the user has not said: word2vec.c's defaults. CBOW's is larger because a
 * window makes one update of the mean of its contexts, where skip-gram makes one for each context.
 */
export const DEFAULT_LEARNING_RATE = { skipgram: 0.025, cbow: 0.05 } as const;

/**
 * The learning rate after `wordsDone` of `wordsTotal` words, both over all epochs and counted before subsampling:
 * falls linearly from `start`, never below 0.0001 of it. (word2vec.c divides by one word more than the total; that
 * one is left out here.) Training on pairs counts pairs in the place of words.
 */
export function learningRateAt(start: number, wordsDone: number, wordsTotal: number): number {
  if (wordsTotal <= 0) return start;
  return start * Math.max(LEARNING_RATE_FLOOR, 1 - wordsDone / wordsTotal);
}
