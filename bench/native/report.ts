import type { Runs } from './alternate.js';
import type { Job } from './job.js';
import { outcomeOf } from './outcome.js';
import type { Outcome, Row, Side } from './row.js';
import { type Scores, scoreLine } from './scores.js';
import { alignedTable } from './table.js';
import type { Text } from './text.js';

/** A row with what its runs gave; `missing` says why there is no outcome. */
export interface RowResult {
  readonly row: Row;
  readonly ours: readonly number[];
  readonly peer: readonly number[];
  readonly outcome?: Outcome;
  readonly missing?: string;
}

/** Takes each row's figures from the runs of its jobs. */
export function resultsOf(rows: readonly Row[], runs: ReadonlyMap<Job, Runs>, text: Text): RowResult[] {
  return rows.map((row) => {
    const figures = (side: Side | undefined): number[] => {
      const of = side && runs.get(side.job);
      return of && 'runs' in of ? of.runs.map((run) => side.figure(run, text)) : [];
    };
    const failures = [row.ours, row.peer].flatMap((side) => {
      const of = side && runs.get(side.job);
      return of && 'failed' in of ? [`${side!.job.name}: ${lastLine(of.failed)}`] : [];
    });
    const [ours, peer] = [figures(row.ours), figures(row.peer)];
    if (failures.length > 0) return { row, ours, peer, missing: failures.join('; ') };
    return { row, ours, peer, outcome: outcomeOf(row, ours, peer) };
  });
}

/** What a failed program said last, which is most often why it failed. */
export function lastLine(reason: string): string {
  return reason.trimEnd().split('\n').at(-1)!.slice(0, 400);
}

const HEAD = [
  ...['row', 'tool', 'settings', 'of', 'rate', '', 'wall s', 'MB', 'scores'],
  ...['ratio', 'pairs', 'must', 'goal', 'reached'],
];

/** The one table: a line for each side of each row, the best of its runs; the ratio beside ours. */
export function reportTable(
  results: readonly RowResult[],
  runs: ReadonlyMap<Job, Runs>,
  scores: ReadonlyMap<Job, Scores>,
): string {
  const lines = results.flatMap((result) => {
    const { row } = result;
    const ours = sideCells(row.ours, result.ours, row, runs, scores);
    const first = [row.name, ...ours, ...outcomeCells(result)];
    return row.peer ? [first, ['', ...sideCells(row.peer, result.peer, row, runs, scores)]] : [first];
  });
  return alignedTable(HEAD, lines);
}

function sideCells(
  { job, of, unit = 'words/s' }: Side,
  figures: readonly number[],
  { compared }: Row,
  runs: ReadonlyMap<Job, Runs>,
  scores: ReadonlyMap<Job, Scores>,
): string[] {
  const done = runs.get(job);
  if (!done || !('runs' in done) || done.runs.length === 0) return [job.tool, job.settings, of];
  const { runs: all } = done;
  const score = scores.get(job);
  return [
    ...[job.tool, job.settings, of],
    compared === 'megabytes' ? Math.max(...figures).toFixed(0) : rate(Math.max(...figures)),
    unit,
    Math.min(...all.map(({ wall }) => wall)).toFixed(2),
    Math.max(...all.map(({ megabytes }) => megabytes)).toFixed(0),
    score ? scoreLine(score) : '',
  ];
}

function outcomeCells({ row, outcome }: RowResult): string[] {
  const show = {
    times: (value: number) => `${value.toFixed(value < 10 ? 2 : 1)}x`,
    share: (value: number) => value.toFixed(3),
    megabytes: (value: number) => `${value.toFixed(0)} MB`,
  }[row.compared];
  const bounds = [row.must, row.goal].map((bound) =>
    row.compared === 'times' ? `${bound}x` : row.compared === 'share' ? `${bound}` : `${bound} MB`,
  );
  return [
    outcome ? show(outcome.best) : '-',
    outcome ? show(outcome.median) : '-',
    ...bounds,
    outcome ? outcome.reached : 'not run',
  ];
}

function rate(value: number): string {
  return value >= 1e6 ? `${(value / 1e6).toFixed(2)} M` : `${(value / 1e3).toFixed(1)} k`;
}
