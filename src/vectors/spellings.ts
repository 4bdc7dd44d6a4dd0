import leven from 'leven';

/** How far a word may be from another, in edits, to be offered in its place. */
const FARTHEST = 2;

/**
 * The words nearest in spelling to one that is not there, at most `count`: first by edits (Levenshtein), then in the
 * order given. The same word in other case counts as one edit.
 */
export function nearestSpellings(words: Iterable<string>, wanted: string, count = 3): string[] {
  // Words of two letters are two edits from everything short.
  const farthest = wanted.length < 4 ? 1 : FARTHEST;
  const lowered = wanted.toLowerCase();
  const found: { word: string; edits: number }[] = [];
  for (const word of words) {
    if (Math.abs(word.length - wanted.length) > farthest) continue;
    const edits = word === lowered ? 1 : leven(wanted, word, { maxDistance: farthest + 1 });
    if (edits <= farthest) found.push({ word, edits });
  }
  // Sorting is stable: equal edits stay in the order given, which is by count.
  return found
    .sort((a, b) => a.edits - b.edits)
    .slice(0, count)
    .map(({ word }) => word);
}
