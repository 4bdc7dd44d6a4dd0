import { WordmillError } from '../../core/errors.js';
import type { Words } from '../../core/words.js';
import { unknownWord } from '../unknown-word.js';

/** What of the vectors goes into a map. */
export interface Chosen {
  /** Rows of the vectors, each once, in the order of the vectors. */
  readonly rows: readonly number[];
  /** Words that were asked for and have no vector. */
  readonly missing: readonly string[];
}

/**
 * Chooses the words of a map: those of a list, or the first `count`; besides, the words of pairs.
 *
 * @throws WordmillError `data` where a word of a pair has no vector, or no word of the list has one.
 */
export function chooseWords(
  words: Words,
  count: number,
  pairs: readonly (readonly [string, string])[] = [],
  list?: readonly string[],
): Chosen {
  const rows = new Set<number>();
  const missing: string[] = [];
  if (list) {
    for (const word of list) {
      const row = words.rowOf(word);
      if (row === undefined) missing.push(word);
      else rows.add(row);
    }
    if (rows.size === 0) {
      throw new WordmillError('data', 'none of the words to be shown has a vector', {
        ...(list.length > 0 && { hint: `The first of them is ${JSON.stringify(list[0])}.` }),
      });
    }
  } else {
    // Of a word that occurs twice the first row counts.
    for (let row = 0; row < words.length && rows.size < count; row++) {
      if (words.rowOf(words.at(row)) === row) rows.add(row);
    }
  }
  for (const word of pairs.flat()) rows.add(rowOfPairWord(words, word));
  return { rows: [...rows].sort((a, b) => a - b), missing };
}

function rowOfPairWord(words: Words, word: string): number {
  const row = words.rowOf(word);
  if (row !== undefined) return row;
  throw unknownWord(words, word, 'of a pair has no vector');
}
