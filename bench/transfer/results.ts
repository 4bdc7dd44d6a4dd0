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
import { CORPORA, type CorpusName } from './corpora.js';

/** Results of other settings than these are not taken. */
const KEY = createHash('sha256').update(JSON.stringify(SETTINGS)).digest('hex').slice(0, 12);

/** F1 of one place of the table, over the seeds. */
export interface Place extends Omit<Cell, 'seed'> {
  readonly bySeed: readonly number[];
  readonly mean: number;
  /** Of the mean. */
  readonly standardError: number;
  /** How far above the same with random vectors, in standard errors of the difference. */
  readonly aboveRandom: number | undefined;
}

/** The trainings that a file of JSON lines has, by name; a line that was cut off is none. */
export function readResults(path: string): Map<string, CellResult> {
  const results = new Map<string, CellResult>();
  if (!existsSync(path)) return results;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    let result: CellResult & { settings: string };
    try {
      result = JSON.parse(line);
    } catch {
      continue;
    }
    if (result.settings === KEY) results.set(cellName(result), result);
  }
  return results;
}

export function appendResult(path: string, result: CellResult): void {
  appendFileSync(path, `${JSON.stringify({ settings: KEY, ...result })}\n`);
}

/** The trainings that are still to be done. */
export function missingCells(results: ReadonlyMap<string, CellResult>): Cell[] {
  return allCells().filter((cell) => !results.has(cellName(cell)));
}

/** The places of the table that have at least two seeds. */
export function places(results: ReadonlyMap<string, CellResult>): Place[] {
  const scores = (cell: Omit<Cell, 'seed'>) =>
    SEEDS.flatMap((seed) => results.get(cellName({ ...cell, seed }))?.f1 ?? []);
  return CORPORA.flatMap((corpus) =>
    FRACTIONS.flatMap((fraction) =>
      MODES.flatMap((mode): Place[] => {
        const bySeed = scores({ corpus, mode, fraction });
        const random = scores({ corpus, mode: 'random', fraction });
        if (bySeed.length < 2 || random.length < 2) return [];
        const aboveRandom = mode === 'random' ? undefined : compareScores(bySeed, random).inStandardErrors;
        const standardError = Math.sqrt(variance(bySeed) / bySeed.length);
        return [{ corpus, mode, fraction, bySeed, mean: mean(bySeed), standardError, aboveRandom }];
      }),
    ),
  );
}

export const CORPUS_TITLES: Readonly<Record<CorpusName, string>> = {
  wikigold: 'WikiGold',
  wnut17: 'WNUT-17',
};

/** The table in Markdown: F1 in percent, its standard error, and standard errors above random. */
export function markdownTable(all: readonly Place[]): string {
  const rows = CORPORA.flatMap((corpus) =>
    FRACTIONS.map((fraction) => {
      const cells = MODES.map((mode) => {
        const place = all.find(
          (one) => one.corpus === corpus && one.fraction === fraction && one.mode === mode,
        );
        if (!place) return '';
        const above = place.aboveRandom === undefined ? '' : ` (+${place.aboveRandom.toFixed(1)} SE)`;
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

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
