import { WordmillError } from '../core/errors.js';
import { nearestSpellings } from './spellings.js';

/** The error for a word that has no vector, with those nearest in spelling. */
export function unknownWord(words: Iterable<string>, word: string): WordmillError {
  const spellings = nearestSpellings(words, word).map((near) => JSON.stringify(near));
  return new WordmillError('data', `the word ${JSON.stringify(word)} is not among these vectors`, {
    ...(spellings.length > 0 && { hint: `Did you mean ${spellings.join(', ')}?` }),
  });
}
