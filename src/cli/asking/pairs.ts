import { WordmillError } from '../../core/errors.js';
import type { WordPair } from '../../vectors/direction.js';
import type { Vectors } from '../../vectors/vectors.js';

/**
 * Tells pairs such as `man:woman` from words: what is itself a word of the vectors is no pair. Of several colons the
 * first counts that stands between two words with vectors.
 *
 * @throws WordmillError `usage` where there is no pair.
 */
export function pairsAndWords(
  operands: readonly string[],
  vectors: Vectors,
): { readonly pairs: WordPair[]; readonly words: string[] } {
  const pairs: WordPair[] = [];
  const words: string[] = [];
  for (const operand of operands) {
    const pair = vectors.hasRow(operand) ? undefined : pairOf(operand, vectors);
    if (pair) pairs.push(pair);
    else words.push(operand);
  }
  if (pairs.length > 0) return { pairs, words };
  throw new WordmillError('usage', 'a direction needs a pair of words', {
    hint: 'Put a colon between them, from one end to the other: man:woman king:queen',
  });
}

function pairOf(text: string, vectors: Vectors): WordPair | undefined {
  const splits = [...text.matchAll(/(?<=.):(?=.)/gs)].map(
    ({ index }): WordPair => [text.slice(0, index), text.slice(index + 1)],
  );
  return splits.find((pair) => pair.every((word) => vectors.hasRow(word))) ?? splits[0];
}
