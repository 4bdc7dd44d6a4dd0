import { readFile } from 'node:fs/promises';
import { systemCode, WordmillError } from '../core/errors.js';
import type { Report } from '../core/report.js';
import type { StageContext } from '../core/stage.js';
import { UNKNOWN, type Vocabulary } from '../core/vocabulary.js';
import { readVectors } from '../formats/detect.js';
import type { WordVectors } from '../formats/word-vectors.js';
import { GivenRows } from './given-rows.js';
import type { TrainOptions } from './options.js';
import type { TrainingSetup } from './training-setup.js';

/** What training goes on from. */
export interface StartingPoint {
  /** Vectors that E starts from, word by word. Of a word that occurs twice the first row counts. */
  readonly initialVectors?: WordVectors;
  /** Output weights that were saved with them: the same for W. */
  readonly initialOutputWeights?: WordVectors;
  /** Words whose vectors are not to be changed; `initial`: those of the initial vectors. */
  readonly freeze?: 'initial' | readonly string[];
}

/** The options that name what training goes on from. */
export type StartingOptions = Pick<
  TrainOptions,
  'initialVectors' | 'initialOutputWeights' | 'freeze' | 'dimensions' | 'keepInitialWords'
>;

/**
 * Reads the files that the options name, of any format that `readVectors` knows.
 *
 * @throws WordmillError `usage` where their vectors have other dimensions than are trained; `noInput` and `data` as
 * `readVectors`, and for a list of words that cannot be read.
 */
export async function readStartingPoint(
  options: StartingOptions,
  { signal, report }: Pick<StageContext, 'signal' | 'report'>,
): Promise<StartingPoint> {
  const { initialVectors, initialOutputWeights, freeze, dimensions } = options;
  const read = async (key: 'initialVectors' | 'initialOutputWeights', path: string) => {
    const vectors = await readVectors(path, { signal, report });
    checkDimensions(vectors, dimensions, key, path);
    return { [key]: vectors };
  };
  return {
    ...(initialVectors !== undefined && (await read('initialVectors', initialVectors))),
    ...(initialOutputWeights !== undefined && (await read('initialOutputWeights', initialOutputWeights))),
    ...(freeze !== undefined && { freeze: freeze === 'initial' ? freeze : await readWords(freeze) }),
  };
}

/** @throws WordmillError `usage` for vectors of other dimensions than are trained. */
export function checkDimensions(
  { matrix }: WordVectors,
  dimensions: number,
  key: string,
  path?: string,
): void {
  if (matrix.dimensions === dimensions) return;
  throw new WordmillError(
    'usage',
    `${path ?? 'what is given'} has vectors of ${matrix.dimensions} dimensions, but ${dimensions} are to be trained`,
    { place: { key: `train.${key}` }, hint: `Train with dimensions ${matrix.dimensions}.` },
  );
}

/** What of a starting point belongs to the words of a vocabulary, by id; says in the report how much that is. */
export function setupFor(
  vocabulary: Vocabulary,
  start: StartingPoint,
  options: Pick<StartingOptions, 'keepInitialWords'>,
  report: Report,
): TrainingSetup {
  const initialVectors = start.initialVectors && new GivenRows(vocabulary, start.initialVectors);
  const initialOutputWeights =
    start.initialOutputWeights && new GivenRows(vocabulary, start.initialOutputWeights);
  if (initialVectors) reportStart(vocabulary, initialVectors, report);
  if (start.initialVectors && options.keepInitialWords !== false) {
    warnOfLostWords(vocabulary, start.initialVectors.words, report);
  }
  const frozen = start.freeze && frozenWords(vocabulary, start.freeze, initialVectors, report);
  return {
    ...(initialVectors && { initialVectors }),
    ...(initialOutputWeights && { initialOutputWeights }),
    ...(frozen && { frozen }),
  };
}

function reportStart({ size, counts }: Vocabulary, rows: GivenRows, report: Report): void {
  const absent = counts.reduce((sum, count, id) => sum + (count === 0 && rows.has(id) ? 1 : 0), 0);
  const number = (value: number) => value.toLocaleString('en-US');
  report.note(
    `initial vectors: ${number(rows.count)} of ${number(size)} words start from them` +
      `${absent > 0 ? ` (${number(absent)} do not occur in the text)` : ''}, ${number(size - rows.count)} are new`,
  );
  if (rows.count === absent) {
    report.warn(
      'initial vectors',
      'no word of the text has one of the initial vectors: check that both are lower-cased and split alike',
    );
  }
}

/** A vocabulary that was made without the words of the initial vectors lacks those that the text lacks. */
function warnOfLostWords(vocabulary: Vocabulary, words: Iterable<string>, report: Report): void {
  const lost = new Set([...words].filter((word) => word !== UNKNOWN && !vocabulary.has(word)));
  if (lost.size === 0) return;
  report.warn(
    'initial words',
    `${lost.size.toLocaleString('en-US')} words of the initial vectors are not in the vocabulary, and so not in what ` +
      "comes out: give them to buildVocabulary's include, or set keepInitialWords: false",
  );
}

function frozenWords(
  vocabulary: Vocabulary,
  freeze: NonNullable<StartingPoint['freeze']>,
  initial: GivenRows | undefined,
  report: Report,
): Uint8Array {
  const frozen = new Uint8Array(vocabulary.size);
  if (freeze === 'initial') {
    for (const id of frozen.keys()) frozen[id] = initial?.has(id) ? 1 : 0;
  } else {
    for (const word of freeze) {
      if (vocabulary.has(word)) frozen[vocabulary.idOf(word)!] = 1;
    }
  }
  const count = frozen.reduce((sum, one) => sum + one, 0);
  report.note(`frozen: the vectors of ${count.toLocaleString('en-US')} words`);
  if (count === 0) report.warn('frozen', 'no word of the vocabulary is among those to freeze');
  return frozen;
}

/** The words of a starting point that a vocabulary is to keep, whatever their count; `<UNK>` is not one. */
export function wordsToKeep({ initialVectors }: StartingPoint): readonly string[] {
  return [...(initialVectors?.words ?? [])].filter((word) => word !== UNKNOWN);
}

/** A word on each line, in UTF-8; empty lines are skipped. */
async function readWords(path: string): Promise<readonly string[]> {
  try {
    const text = await readFile(path, 'utf8');
    return text
      .replace(/^\ufeff/, '')
      .split(/\r?\n/)
      .filter((line) => line !== '');
  } catch (cause) {
    const missing = systemCode(cause) === 'ENOENT';
    throw new WordmillError(
      missing ? 'noInput' : 'inputOutput',
      missing
        ? 'there is no such list of words'
        : `cannot read this list of words: ${(cause as Error).message}`,
      {
        place: { file: path, key: 'train.freeze' },
        cause,
        hint: 'It has a word on each line; or give initial.',
      },
    );
  }
}
