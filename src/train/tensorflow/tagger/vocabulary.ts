import { WordmillError } from '../../../core/errors.js';
import { rowOf } from '../../../core/vectors.js';
import { UNKNOWN, Vocabulary } from '../../../core/vocabulary.js';
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

/** The id of a word: of its own spelling, else of it in lower case, else of `<UNK>`. */
export function wordId(vocabulary: Vocabulary, word: string, lowercase: boolean): number {
  const lower = word.toLowerCase();
  const id = vocabulary.idOf(lowercase ? lower : word)!;
  return id === vocabulary.unknownId && lower !== word ? vocabulary.idOf(lower)! : id;
}

/**
 * The words that a tagger knows: all that have vectors, up to the limit, so that words that are not in the labelled
 * text have theirs when it is used; then words of the training text that have none, with random ones, unless vectors
 * are frozen: nothing could be learned for these. `<UNK>` gets the vector that the file has for it, else the mean of
 * its last, rarest rows.
 *
 * Random vectors are uniform in +-sqrt(3 / dimensions), of length 1 on average (Lample et al. 2016, section 2.4).
 *
 * @param counts of the words of the training text
 * @throws WordmillError `data` for vectors of other dimensions than `model.dimensions`.
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
  const firstOwn = words.length;
  if (!(vectors && settings.frozen)) {
    const own = [...counts].filter(([word, count]) => count >= model.minCount && isNew(word, given));
    own.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
    for (const [word] of own) words.push(word);
  }
  const rows = uniform(
    weightsRandom(train.seed, 'words'),
    (words.length + 1) * dimensions,
    Math.sqrt(3 / dimensions),
  );
  let row = 0;
  for (const from of given.values()) rows.set(rowOf(vectors!.matrix, from), row++ * dimensions);
  if (vectors) rows.set(unknownVector(vectors, given), words.length * dimensions);
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

/** Words and their rows; of a word that comes twice the first row counts. */
function firstRows({ words }: WordVectors, limit: number): Map<string, number> {
  const rows = new Map<string, number>();
  for (const [row, word] of words.entries()) {
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
  const own = words.indexOf(UNKNOWN);
  if (own !== -1) return rowOf(matrix, own);
  const rarest = [...given.values()].slice(-RAREST);
  const mean = new Float64Array(matrix.dimensions);
  for (const row of rarest) {
    for (const [j, value] of rowOf(matrix, row).entries()) mean[j]! += value / rarest.length;
  }
  return Float32Array.from(mean);
}
