import { duration } from '../../core/quantity.js';
import type { ListedRun } from '../../pipeline/runs/list-runs.js';
import { finalLoss } from '../../pipeline/runs/manifest.js';
import { timeText } from './columns.js';

/** What a list says of a run. */
export interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly started: string;
  /** From the beginning of its last attempt to that one's end, or to now. */
  readonly seconds?: number;
  readonly name: string;
  readonly words?: number;
  readonly loss?: number;
  readonly outputs: readonly string[];
  readonly path: string;
}

export function rowOfRun({ folder, manifest, status }: ListedRun, now = Date.now()): RunRow {
  const { started, ended } = manifest.attempts.at(-1)!;
  // Of one that was killed nobody knows when.
  const end = ended === undefined ? (status === 'running' ? now : undefined) : Date.parse(ended);
  const loss = finalLoss(manifest);
  return {
    ...{ id: folder.id, status, started: manifest.started },
    ...(end !== undefined && { seconds: Math.max(0, end - Date.parse(started)) / 1_000 }),
    name: manifest.name,
    ...(manifest.training && { words: manifest.training.words }),
    ...(loss !== undefined && { loss }),
    outputs: manifest.outputs.filter(({ page }) => !page).map(({ path }) => path),
    path: folder.path,
  };
}

/** The heads of the columns of a list. */
export const HEADS = ['ID', 'STARTED (UTC)', 'TIME', 'STATUS', 'NAME', 'WORDS', 'LOSS', 'OUTPUTS'] as const;

/** A run as the cells of a list for people; `short`: outputs by how many they are. */
export function cells(row: RunRow, short: (paths: readonly string[]) => string): string[] {
  return [
    row.id,
    timeText(row.started),
    row.seconds === undefined ? '-' : duration(row.seconds),
    row.status,
    row.name,
    row.words === undefined ? '-' : row.words.toLocaleString('en-US'),
    row.loss === undefined ? '-' : row.loss.toFixed(4),
    row.outputs.length === 0 ? '-' : short(row.outputs),
  ];
}
