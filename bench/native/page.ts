/**
 * Writes the table of the last full run into docs/performance.md.
 *
 *   npm run bench -- --full && npm run bench:page
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/data.js';
import { markdownTable, type SavedRow, withFigures } from './saved-row.js';

interface FullRun {
  readonly machine: { readonly processor: string; readonly processors: number };
  readonly text: { readonly tokens: number };
  readonly threads: number;
  readonly rows: readonly SavedRow[];
}

const { machine, text, threads, rows } = JSON.parse(
  readFileSync(join(root, 'bench', 'results', 'native-full.json'), 'utf8'),
) as FullRun;
const runs = Math.max(...rows.map(({ ours }) => ours.figures.length));
const caption =
  `${machine.processor}, ${machine.processors} processors, ${threads} threads, ${(text.tokens / 1e6).toFixed(1)} million words, ` +
  `${runs} runs of each:`;
const path = join(root, 'docs', 'performance.md');
writeFileSync(path, withFigures(readFileSync(path, 'utf8'), `\n${caption}\n\n${markdownTable(rows)}\n`));
