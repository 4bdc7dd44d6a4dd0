/** The learning rate never falls below this share of where it started (word2vec.c). */
export const LEARNING_RATE_FLOOR = 0.0001;

/**
 * Where the learning rate starts when the user has not said. For skip-gram and CBOW word2vec.c's defaults: CBOW's is
 * larger because a window makes one update of the mean of its contexts, where skip-gram makes one for each context.
 * For GloVe its release's. For the neural language model Adam's (Kingma & Ba 2015), and one for plain gradient descent.
 */
export const DEFAULT_LEARNING_RATE = {
  skipgram: 0.025,
  cbow: 0.05,
  glove: 0.05,
  nplm: 0.001,
  nplmDescent: 0.1,
} as const;

/**
 * The learning rate after `wordsDone` of `wordsTotal` words, both over all epochs and counted before subsampling:
 * falls linearly from `start`, never below 0.0001 of it. (word2vec.c divides by one word more than the total; that
 * one is left out here.) Training on pairs counts pairs in the place of words.
 */
export function learningRateAt(start: number, wordsDone: number, wordsTotal: number): number {
  if (wordsTotal <= 0) return start;
  return start * Math.max(LEARNING_RATE_FLOOR, 1 - wordsDone / wordsTotal);
}
