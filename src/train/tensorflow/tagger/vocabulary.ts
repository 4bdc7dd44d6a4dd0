import { WordmillError } from '../../../core/errors.js';
import { rowOf } from '../../../core/vectors.js';
import { UNKNOWN, Vocabulary } from '../../../core/vocabulary.js';
import { wordsFrom } from '../../../core/words.js';
import { vocabularyFileCarries } from '../../../formats/vocabulary.js';
import { checkOneRowEach, type WordVectors } from '../../../formats/word-vectors.js';
import { uniform, weightsRandom } from '../initial-weights.js';
import type { ResolvedTaggerOptions } from './options.js';

/** How long random word vectors are where nothing says so. */
const DEFAULT_DIMENSIONS = 100;
/** As GloVe makes its unknown word: the mean of so many of the rarest. */
const RAREST = 100;

/** Gives a word a vector that no table has, by the parts that it is made of; undefined where it cannot. */
export type VectorOf = (word: string) => Float32Array | undefined;

/** Word vectors for a tagger to start from. */
export interface TaggerVectors extends WordVectors {
  /** Where they come from, for messages. */
  readonly file?: string;
  /** Subword vectors: for words that are not among `words`. */
  readonly vectorOf?: VectorOf;
}

/** The words of a tagger and the vectors that they start with. */
export interface TaggerVocabulary {
  /** Counts are those of the training text, 0 for words that only the vectors have; `<UNK>` is the last id. */
  readonly vocabulary: Vocabulary;
  /** One row for each word, and one for `<UNK>`. */
  readonly rows: Float32Array;
  readonly dimensions: number;
  /** Words from this id on, up to `<UNK>`, have no vector but a random one. */
  readonly firstOwn: number;
}

/**
 * The vector of a word by its parts, where it has one.
 *
 * @throws WordmillError `usage` where it has another length.
 */
export function composedVector(
  vectorOf: VectorOf | undefined,
  word: string,
  dimensions: number,
): Float32Array | undefined {
  const vector = vectorOf?.(word);
  if (!vector || vector.length === dimensions) return vector;
  throw new WordmillError(
    'usage',
    `vectorOf gave a vector of ${vector.length} numbers for '${word}'; the tagger's have ${dimensions}`,
    { hint: 'Give the vectors of the model that vectors come from.' },
  );
}

/** The id of a word: of its own spelling, else of it in lower case, else of `<UNK>`. */
export function wordId(vocabulary: Vocabulary, word: string, lowercase: boolean): number {
  const lower = word.toLowerCase();
  const id = vocabulary.idOf(lowercase ? lower : word)!;
  return id === vocabulary.unknownId && lower !== word ? vocabulary.idOf(lower)! : id;
}

/**
 * The words that a tagger knows: all that have vectors, up to the limit, so that words that are not in the labelled
 * text have theirs when it is used; then words of the training text that have none: those that `vectorOf` can make a
 * vector for, with that one, and the others with random ones. With frozen vectors there are none of these two kinds:
 * nothing could be learned for them. `<UNK>` gets the vector that the file has for it, else the mean of
 * its last, rarest rows.
 *
 * Random vectors are uniform in +-sqrt(3 / dimensions), of length 1 on average (Lample et al. 2016, section 2.4).
 *
 * @param counts of the words of the training text
 * @throws WordmillError `data` for vectors of other dimensions than `model.dimensions`, and for one with a number that
 * is not finite.
 */
export function buildTaggerVocabulary(
  counts: ReadonlyMap<string, number>,
  vectors: TaggerVectors | undefined,
  { model, vectors: settings, train }: ResolvedTaggerOptions,
): TaggerVocabulary {
  if (vectors) checkVectors(vectors, model.dimensions);
  const dimensions = vectors?.matrix.dimensions ?? model.dimensions ?? DEFAULT_DIMENSIONS;
  const given = vectors ? firstRows(vectors, settings.maxWords) : new Map<string, number>();
  const words = [...given.keys()];
  const composed: Float32Array[] = [];
  if (!(vectors && settings.frozen)) {
    const own: string[] = [];
    for (const [word, count] of byCount(counts)) {
      if (!isNew(word, given)) continue;
      const vector = composedVector(vectors?.vectorOf, word, dimensions);
      if (vector) {
        words.push(word);
        composed.push(vector);
      } else if (count >= model.minCount) own.push(word);
    }
    words.push(...own);
  }
  const firstOwn = given.size + composed.length;
  const rows = uniform(
    weightsRandom(train.seed, 'words'),
    (words.length + 1) * dimensions,
    Math.sqrt(3 / dimensions),
  );
  let row = 0;
  for (const from of given.values()) rows.set(rowOf(vectors!.matrix, from), row++ * dimensions);
  for (const vector of composed) rows.set(vector, row++ * dimensions);
  if (vectors) rows.set(unknownVector(vectors, given), words.length * dimensions);
  checkRows(rows, { words, dimensions, file: vectors?.file });
  const vocabulary = new Vocabulary({
    words,
    counts: words.map((word) => counts.get(word) ?? 0),
    unknown: 'token',
  });
  return { vocabulary, rows, dimensions, firstOwn };
}

function checkVectors(vectors: TaggerVectors, wanted: number | undefined): void {
  checkOneRowEach(vectors);
  const { dimensions } = vectors.matrix;
  if (wanted === undefined || wanted === dimensions) return;
  throw new WordmillError(
    'data',
    `these vectors have ${dimensions} dimensions; model.dimensions is ${wanted}`,
    {
      ...(vectors.file !== undefined && { place: { file: vectors.file, line: 1 } }),
      hint: 'Leave model.dimensions out, or give other vectors.',
    },
  );
}

/** The most frequent first, equally frequent ones in the order of their code units. */
function byCount(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
}

/** No training could come back from such a number. */
function checkRows(
  rows: Float32Array,
  { words, dimensions, file }: { words: readonly string[]; dimensions: number; file: string | undefined },
): void {
  const at = rows.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return;
  const word = words[Math.floor(at / dimensions)] ?? UNKNOWN;
  throw new WordmillError('data', `the vector of '${word}' has a number that is not finite`, {
    ...(file !== undefined && { place: { file } }),
    hint: 'Train the vectors again with a lower learning rate, or leave this word out of the file.',
  });
}

/** Words and their rows; of a word that comes twice the first row counts. */
function firstRows({ words }: WordVectors, limit: number): Map<string, number> {
  const rows = new Map<string, number>();
  let row = -1;
  for (const word of words) {
    row++;
    if (rows.size === limit) break;
    if (word !== UNKNOWN && vocabularyFileCarries(word) && !rows.has(word)) rows.set(word, row);
  }
  return rows;
}

function isNew(word: string, given: ReadonlyMap<string, number>): boolean {
  return (
    word !== UNKNOWN && vocabularyFileCarries(word) && !given.has(word) && !given.has(word.toLowerCase())
  );
}

function unknownVector({ words, matrix }: WordVectors, given: ReadonlyMap<string, number>): Float32Array {
  const own = wordsFrom(words).rowOf(UNKNOWN);
  if (own !== undefined) return rowOf(matrix, own);
  const rarest = [...given.values()].slice(-RAREST);
  const mean = new Float64Array(matrix.dimensions);
  for (const row of rarest) {
    for (const [j, value] of rowOf(matrix, row).entries()) mean[j]! += value / rarest.length;
  }
  return Float32Array.from(mean);
}
