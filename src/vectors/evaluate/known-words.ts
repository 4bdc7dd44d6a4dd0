import type { WordVectors } from '../../formats/word-vectors.js';

/** Which words of some vectors a test knows, and how. */
export interface KnownWords {
  /** Row by row, those that answers are looked for among: the first of each word, in the order of the file. */
  readonly candidates: Uint32Array;
  /** A word as it is compared: as it is, or in upper case. */
  fold(word: string): string;
  /** The row of a folded word: of several that fold to it, the first, which is the most frequent one in most files. */
  rowOf(folded: string): number | undefined;
  /** All candidates that fold to a word, ascending. */
  rowsOf(folded: string): readonly number[];
}

/**
 * The first `restrictVocabulary` words, with upper and lower case told apart or not, as gensim's evaluations take them.
 *
 * @param options.wanted folded words that will be asked for; others need no memory
 */
export function knownWords(
  { words }: Pick<WordVectors, 'words'>,
  options: {
    readonly restrictVocabulary: number;
    readonly caseFolding: boolean;
    readonly wanted: (fold: KnownWords['fold']) => ReadonlySet<string>;
  },
): KnownWords {
  const fold = options.caseFolding ? (word: string) => word.toUpperCase() : (word: string) => word;
  const wanted = options.wanted(fold);
  const candidates: number[] = [];
  const rows = new Map<string, number[]>();
  const seen = new Set<string>();
  let row = -1;
  for (const word of words) {
    if (candidates.length >= options.restrictVocabulary) break;
    row++;
    // A word that comes again has no vector that could be asked for.
    if (seen.has(word)) continue;
    seen.add(word);
    candidates.push(row);
    const folded = fold(word);
    if (!wanted.has(folded)) continue;
    const known = rows.get(folded);
    if (known) known.push(row);
    else rows.set(folded, [row]);
  }
  return {
    candidates: Uint32Array.from(candidates),
    fold,
    rowOf: (folded) => rows.get(folded)?.[0],
    rowsOf: (folded) => rows.get(folded) ?? [],
  };
}
