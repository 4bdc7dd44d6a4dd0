import { throwIfAborted, WordmillError } from '../../core/errors.js';
import { parseOptions } from '../../core/options.js';
import type { Report } from '../../core/report.js';
import { type Matrix, rowOf, zeroMatrix } from '../../core/vectors.js';
import { wordsFrom } from '../../core/words.js';
import type { WordVectors } from '../../formats/word-vectors.js';
import { cluster } from '../projection/cluster.js';
import { project } from '../projection/project.js';
import { ExactSearch } from '../search.js';
import { chooseWords } from './choose-words.js';
import { byCategory, byCluster, byFrequency } from './colorings.js';
import { framed } from './frame.js';
import { type MapOptions, mapOptions } from './options.js';
import type { Coloring, NearWord, WordMap } from './word-map.js';

/** What a map is made of besides vectors and options. */
export interface MapParts {
  /** The words to be shown; by default the first ones. */
  readonly list?: readonly string[];
  /** Pairs of words to join by arrows; they are shown whether they are among the first words or not. */
  readonly pairs?: readonly (readonly [from: string, to: string])[];
  /** Categories of words, to colour them by. */
  readonly categories?: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal;
  /** Is told how far the projection is, and what was left out. */
  readonly report?: Report;
}

/** Queries between two looks at the signal. */
const QUERIES = 512;

/**
 * Makes a map of words: chooses them, places them in two dimensions (t-SNE or PCA), finds the true neighbours of each among
 * them (cosine in all dimensions, every row compared), and groups them by cluster, frequency and category.
 *
 * @throws WordmillError `usage` for options that are wrong; `data` for a word of a pair that has no vector, or where no word
 * is left; `aborted`.
 */
export async function wordMap(
  vectors: WordVectors,
  options: MapOptions = {},
  parts: MapParts = {},
): Promise<WordMap> {
  const settings = parseOptions(mapOptions, options, '');
  const { list, pairs = [], categories, signal, report } = parts;
  const color = settings.color ?? (categories ? 'category' : 'cluster');
  if (color === 'category' && !categories) {
    throw new WordmillError('usage', 'colours by category need categories', {
      place: { key: 'color' },
      hint: 'Give a file of them: a word, a tab and its category on each line.',
    });
  }
  const all = wordsFrom(vectors.words);
  const chosen = chooseWords(all, settings.words, pairs, list);
  if (chosen.missing.length > 0) {
    report?.warn(
      'map-missing',
      `${chosen.missing.length} of the words to be shown have no vector: ${some(chosen.missing)}`,
    );
  }
  const rows = chosen.rows.filter((row) => rowOf(vectors.matrix, row).every(Number.isFinite));
  if (rows.length < chosen.rows.length) {
    report?.warn(
      'map-not-finite',
      `${chosen.rows.length - rows.length} words have no place: their vectors are not finite`,
    );
  }
  if (rows.length === 0) throw new WordmillError('data', 'there is no word to show');
  const words = rows.map((row) => all.at(row));
  if (categories && !words.some((word) => categories.has(word))) {
    report?.warn('map-categories', 'none of the words shown has a category');
  }
  const matrix = rowsOf(vectors.matrix, rows);
  const { method, perplexity, iterations, seed, threads, clusters } = settings;
  const projection = await project(matrix, {
    ...{ method, iterations, seed },
    ...(perplexity !== undefined && { perplexity }),
    ...(threads !== undefined && { threads }),
    ...(signal && { signal }),
    ...(report && { onProgress: (progress) => report.progress(progress) }),
  });
  for (const note of projection.notes) report?.note(note);
  const groups = await cluster(matrix, {
    ...{ clusters: Math.min(clusters, words.length), similarity: 'cosine', seed },
    ...(signal && { signal }),
  });
  const counts = vectors.counts && Float64Array.from(rows, (row) => vectors.counts![row]!);
  const colorings: Coloring[] = [
    byCluster(words, groups.clusterOf),
    byFrequency(words.length, counts),
    ...(categories ? [byCategory(words, categories)] : []),
  ];
  const places = new Map(words.map((word, index) => [word, index]));
  const arrows = pairs.map(([from, to]) => [places.get(from)!, places.get(to)!] as const);
  return {
    words,
    ...framed(projection.positions),
    method,
    ...(projection.varianceShares && { varianceShares: projection.varianceShares }),
    neighbours: neighboursOf(matrix, settings.neighbours, signal),
    colorings: colorings.sort((a, b) => Number(b.name === color) - Number(a.name === color)),
    arrows: arrows.filter(([from, to]) => from !== undefined && to !== undefined),
  };
}

function rowsOf(matrix: Matrix, rows: readonly number[]): Matrix {
  const chosen = zeroMatrix(rows.length, matrix.dimensions);
  for (const [place, row] of rows.entries()) chosen.data.set(rowOf(matrix, row), place * chosen.stride);
  return chosen;
}

function neighboursOf(matrix: Matrix, count: number, signal: AbortSignal | undefined): NearWord[][] {
  const search = new ExactSearch(matrix);
  const found: NearWord[][] = [];
  for (let first = 0; first < matrix.rows; first += QUERIES) {
    if (signal) throwIfAborted(signal);
    const rows = Array.from({ length: Math.min(QUERIES, matrix.rows - first) }, (_, place) => first + place);
    found.push(...search.nearest(rowsOf(matrix, rows), count, { leftOut: rows.map((row) => [row]) }));
  }
  return found;
}

const SHOWN = 5;

function some(words: readonly string[]): string {
  const shown = words.slice(0, SHOWN).map((word) => JSON.stringify(word));
  return shown.join(', ') + (words.length > SHOWN ? ' …' : '');
}
