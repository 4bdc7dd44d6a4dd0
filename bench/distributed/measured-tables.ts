import { alignedTable } from '../native/table.js';
import type { Measurements, RunMeasured } from './measurements.js';

/** Measurements as tables, for people. */
export function measuredTables({
  machine,
  text,
  runs,
  local,
  averages,
  merges,
  fetchBytesPerSecond,
}: Measurements): string {
  const load = machine.load.map((value) => value.toFixed(1)).join(' to ');
  return [
    `${machine.processor}, ${machine.processors} processors, load ${load}; ${text.name}: ${whole(text.tokens)} tokens, ` +
      `${whole(text.types)} types, vocabulary ${whole(text.vocabulary)}`,
    alignedTable(
      ['', 'whole command, s', 'training or steps, s'],
      [
        ...local.map(({ threads, wall, training }) => [
          `local, ${threads} threads`,
          wall.toFixed(1),
          training.toFixed(1),
        ]),
        ...runs.map(({ workers, shards, wall, work }) => [
          `${workers} workers, ${shards} shards`,
          wall.toFixed(1),
          work.toFixed(1),
        ]),
      ],
    ),
    ...[1, 2].map((workers) => kinds(fastest(runs, workers))),
    alignedTable(
      ['averaging: rows', 'shards', 'seconds', 'MB/s read'],
      averages.map(({ rows, shards, dimensions, seconds }) => [
        whole(rows),
        `${shards}`,
        seconds.toFixed(2),
        ((shards * rows * (4 * dimensions + 4)) / 1e6 / seconds).toFixed(0),
      ]),
    ),
    alignedTable(
      ['merging: types a shard', 'shards', 'types', 'seconds'],
      merges.map(({ typesOfShard, shards, types, seconds }) => [
        ...[whole(typesOfShard), `${shards}`, whole(types)],
        seconds.toFixed(2),
      ]),
    ),
    `fetching and checking: ${(fetchBytesPerSecond / 1e6).toFixed(0)} MB/s`,
    '',
  ].join('\n\n');
}

/** A run, step by step. */
function kinds(best: RunMeasured): string {
  const rows = best.kinds.map(({ kind, count, seconds, received, sent }) => [
    ...[kind, `${count}`, seconds.toFixed(3)],
    ...[received, sent].map((bytes) => (bytes / 1e6).toFixed(1)),
  ]);
  const { workers, shards, betweenSteps, betweenStages, rowsOfTrain } = best;
  const changes = best.kinds.find(({ kind }) => kind === 'train')!.sent / 1e6;
  return (
    `${alignedTable([`${workers} workers`, 'steps', 's each', 'MB in', 'MB out'], rows)}\n` +
    `a round: ${shards} x ${changes.toFixed(1)} MB (${whole(rowsOfTrain)} rows); ` +
    `between steps ${(1_000 * betweenSteps).toFixed(0)} ms, between stages ${(1_000 * betweenStages).toFixed(0)} ms`
  );
}

/**
 * Of the runs on so many workers, with as many shards as the first of all has, the one whose steps took the least time.
 *
 * @throws Error where there is none.
 */
export function fastest(runs: readonly RunMeasured[], workers: number): RunMeasured {
  const own = runs.filter((run) => run.workers === workers && run.shards === runs[0]!.shards);
  if (own.length === 0) throw new Error(`no run on ${workers} workers was measured`);
  return own.reduce((best, run) => (run.work < best.work ? run : best));
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
