import { phaseInWords } from '../../core/report.js';
import type { KeyDifference } from '../../pipeline/runs/definition-difference.js';
import type { PhaseRatio, RunDifferences } from '../../pipeline/runs/diff-runs.js';
import type { ListedRun } from '../../pipeline/runs/list-runs.js';
import { checksumText, columns } from './columns.js';

/** In what two runs differ, for people: a section for each kind of difference. */
export function diffText(a: ListedRun, b: ListedRun, found: RunDifferences): string {
  const { phases, differ, ...parts } = found;
  const sections = Object.entries(parts)
    .filter(([, keys]) => keys.length > 0)
    .map(([title, keys]) => `\n${title}\n${columns(keys.map(row), '  ')}`);
  return [
    columns([
      ['from', a.folder.id],
      ['to', b.folder.id],
    ]),
    differ ? sections.join('') : '\nno differences but in times\n',
    `\ntimes\n${columns(phases.map(phaseRow), '  ')}`,
  ].join('');
}

function row({ key, from, to }: KeyDifference): string[] {
  return [key, valueText(from), '→', valueText(to)];
}

function valueText(value: unknown): string {
  if (value === undefined) return '-';
  if (typeof value === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: 6 });
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[0-9a-f]{64}$/.test(value) ? checksumText(value) : value;
}

function phaseRow({ phase, from, to }: PhaseRatio): string[] {
  const text = (value: number | undefined) => (value === undefined ? '-' : `${value.toFixed(2)} s`);
  const ratio = from && to ? `×${(to / from).toFixed(2)}` : '';
  return [phaseInWords(phase), text(from), '→', text(to), ratio];
}
