import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { compareScores, mean, variance } from '../support/statistics.js';
import {
  allCells,
  type Cell,
  type CellResult,
  cellName,
  FRACTIONS,
  MODES,
  SEEDS,
  SETTINGS,
} from './cells.js';
import { CORPORA, type CorpusName, SPLIT } from './corpora.js';

/** Results of other settings than these are not taken. */
const KEY = digest(JSON.stringify(SETTINGS)).slice(0, 12);

/** What lines that do not say their data were trained on: `dataKey` of the vectors and the split of that time. */
const UNNAMED_DATA = '03f60eb57d08';

/** Names what is trained on: these vectors, and the split of WikiGold. */
export function dataKey(vectorsFile: string): string {
  return digest(digest(readFileSync(vectorsFile)) + digest(readFileSync(SPLIT))).slice(0, 12);
}

function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** F1 of one place of the table, over the seeds. */
export interface Place extends Omit<Cell, 'seed'> {
  readonly bySeed: readonly number[];
  readonly mean: number;
  /** Of the mean. */
  readonly standardError: number;
  /** How far above the same with random vectors, in standard errors of the difference. */
  readonly aboveRandom: number | undefined;
}

/**
 * The trainings that a file of JSON lines has, by name; a line that was cut off is none.
 *
 * @param data `dataKey` of those to take; by default that of the last line
 */
export function readResults(path: string, data?: string): Map<string, CellResult> {
  const lines = (existsSync(path) ? readFileSync(path, 'utf8') : '').split('\n').flatMap(parsedLine);
  const wanted = data ?? lines.at(-1)?.data;
  return new Map(
    lines.filter((line) => line.data === wanted).map(({ result }) => [cellName(result), result]),
  );
}

/** A line of these settings. */
function parsedLine(line: string): { readonly data: string; readonly result: CellResult }[] {
  try {
    const { settings, data = UNNAMED_DATA, ...result } = JSON.parse(line);
    return settings === KEY ? [{ data, result }] : [];
  } catch {
    return [];
  }
}

/** @param data `dataKey` of what it was trained on */
export function appendResult(path: string, result: CellResult, data: string): void {
  appendFileSync(path, `${JSON.stringify({ settings: KEY, data, ...result })}\n`);
}

/** The trainings that are still to be done. */
export function missingCells(results: ReadonlyMap<string, CellResult>): Cell[] {
  return allCells().filter((cell) => !results.has(cellName(cell)));
}

/** The places of the table, where all modes have all seeds: others would be compared over other seeds. */
export function places(results: ReadonlyMap<string, CellResult>): Place[] {
  const scores = (cell: Omit<Cell, 'seed'>) =>
    SEEDS.flatMap((seed) => results.get(cellName({ ...cell, seed }))?.f1 ?? []);
  return CORPORA.flatMap((corpus) =>
    FRACTIONS.flatMap((fraction) => {
      const all = MODES.map((mode) => ({ mode, bySeed: scores({ corpus, mode, fraction }) }));
      if (all.some(({ bySeed }) => bySeed.length < SEEDS.length)) return [];
      const random = all.find(({ mode }) => mode === 'random')!.bySeed;
      return all.map(({ mode, bySeed }): Place => {
        const aboveRandom = mode === 'random' ? undefined : compareScores(bySeed, random).inStandardErrors;
        const standardError = Math.sqrt(variance(bySeed) / bySeed.length);
        return { corpus, mode, fraction, bySeed, mean: mean(bySeed), standardError, aboveRandom };
      });
    }),
  );
}

export const CORPUS_TITLES: Readonly<Record<CorpusName, string>> = {
  wikigold: 'WikiGold',
  wnut17: 'WNUT-17',
};

/** The table in Markdown, a row for each that is whole: F1 in percent, its standard error, and standard errors above random. */
export function markdownTable(all: readonly Place[]): string {
  const rows = CORPORA.flatMap((corpus) =>
    FRACTIONS.flatMap((fraction) => {
      const row = all.filter((place) => place.corpus === corpus && place.fraction === fraction);
      if (row.length === 0) return [];
      const cells = MODES.map((mode) => {
        const place = row.find((one) => one.mode === mode)!;
        const above = place.aboveRandom === undefined ? '' : ` (${signed(place.aboveRandom)} SE)`;
        return `${percent(place.mean)} ± ${percent(place.standardError)}${above}`;
      });
      return `| ${CORPUS_TITLES[corpus]} | ${Math.round(100 * fraction)} % | ${cells.join(' | ')} |`;
    }),
  );
  return [
    '| corpus | training data | random | frozen | fine-tuned |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** With its sign; a proper minus, as in the text around. */
function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
