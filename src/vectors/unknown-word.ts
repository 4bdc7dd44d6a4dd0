import { WordmillError } from '../core/errors.js';
import { nearestSpellings } from './spellings.js';

/**
 * The error for a word that has no vector, with those nearest in spelling.
 *
 * @param problem what is wrong, behind the word
 */
export function unknownWord(
  words: Iterable<string>,
  word: string,
  problem = 'is not among these vectors',
): WordmillError {
  const spellings = nearestSpellings(words, word).map((near) => JSON.stringify(near));
  return new WordmillError('data', `the word ${JSON.stringify(word)} ${problem}`, {
    ...(spellings.length > 0 && { hint: `Did you mean ${spellings.join(', ')}?` }),
  });
}
