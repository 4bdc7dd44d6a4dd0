import { WordmillError } from '../core/errors.js';
import { UNKNOWN, Vocabulary } from '../core/vocabulary.js';
import { readVocabularyFile } from '../formats/vocabulary.js';
import type { MappedTokens } from './final-ids.js';
import type { SelectionOptions } from './select-words.js';

/**
 * A vocabulary that is taken from a file. As in word2vec.c, `minCount` applies to the file's counts, and these counts
 * are what subsampling and noise go by; `maxSize` keeps the most frequent words. Ids follow the file's order, also
 * where it is not sorted (word2vec.c puts `</s>` first). Words that are to be included are kept beside those; any that
 * the file lacks follow with a count of 0.
 */
export class GivenVocabulary {
  /** As the file has it; of `<UNK>`, what the file says of it and the words left out. */
  readonly vocabulary: Vocabulary;
  readonly path: string;
  /** How many words the file has, those left out included. */
  readonly wordsInFile: number;
  readonly #countsUnknown: boolean;

  /** @throws WordmillError as `readVocabulary` says, and `data` where `minCount` leaves no word. */
  static async read(
    path: string,
    options: SelectionOptions,
    included: readonly string[] = [],
  ): Promise<GivenVocabulary> {
    const { words, counts, unknownCount } = await readVocabularyFile(path);
    const wanted = new Set(included);
    const ids = mostFrequent(counts, options, (id) => wanted.has(words[id]!));
    if (ids.length === 0) {
      throw new WordmillError(
        'data',
        `no word of this vocabulary has a count of ${options.minCount} or more`,
        {
          place: { file: path },
          hint: 'Lower --min-count, which applies to the counts of the file.',
        },
      );
    }
    for (const id of ids) wanted.delete(words[id]!);
    const keptCounts = new Float64Array(ids.length + wanted.size);
    for (const [place, id] of ids.entries()) keptCounts[place] = counts[id]!;
    const leftOut = sum(counts) - sum(keptCounts);
    const vocabulary = new Vocabulary({
      words: [...Array.from(ids, (id) => words[id]!), ...wanted],
      counts: keptCounts,
      unknown: options.unk,
      unknownCount: (unknownCount ?? 0) + leftOut,
    });
    return new GivenVocabulary(path, vocabulary, words.length, unknownCount !== undefined);
  }

  private constructor(path: string, vocabulary: Vocabulary, wordsInFile: number, countsUnknown: boolean) {
    this.path = path;
    this.vocabulary = vocabulary;
    this.wordsInFile = wordsInFile;
    this.#countsUnknown = countsUnknown;
  }

  /** The vocabulary for a text: where the file does not count `<UNK>`, the text does. */
  forText(tokens: MappedTokens): Vocabulary {
    if (this.#countsUnknown) return this.vocabulary;
    const { unknown } = this.vocabulary;
    const size = this.vocabulary.words.at(-1) === UNKNOWN ? -1 : undefined;
    return new Vocabulary({
      words: this.vocabulary.words.slice(0, size),
      counts: this.vocabulary.counts.slice(0, size),
      unknown,
      unknownCount: tokens.unknown + tokens.literals,
    });
  }
}

/** The places of the words to keep, in the file's order. Of equal counts the earlier are kept. */
function mostFrequent(
  counts: Float64Array,
  { minCount, maxSize }: SelectionOptions,
  isIncluded: (id: number) => boolean,
): Uint32Array {
  const all = Uint32Array.from(counts.keys());
  const included = all.filter(isIncluded);
  const ids = all.filter((id) => counts[id]! >= minCount && !isIncluded(id));
  ids.sort((a, b) => counts[b]! - counts[a]! || a - b);
  return Uint32Array.from([...ids.subarray(0, maxSize ?? ids.length), ...included]).sort();
}

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0);
}
