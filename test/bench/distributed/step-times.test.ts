import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstAndLater, gapsBetween, stepTimes } from '../../../bench/distributed/step-times.js';

const START = Date.parse('2026-01-01T00:00:00Z');

/** Log lines of one worker: what it did, from when to when, in seconds. */
function logOf(...steps: readonly [object, number, number][]): string {
  const line = (event: string, at: number, fields: object) =>
    `${JSON.stringify({ level: 'info', time: new Date(START + 1_000 * at).toISOString(), event, ...fields })}\n`;
  const lines = steps.flatMap(([step, began, ended]) => [
    line('step began', began, { run: 'r', step }),
    line('step done', ended, { run: 'r', step, seconds: ended - began }),
  ]);
  return (
    line('ready', 0, {}) + lines.join('') + line('step began', 99, { run: 'other', step: { kind: 'ingest' } })
  );
}

const train = (round: number, shard: number) => ({ kind: 'train', round, shard });
const LOGS = [
  logOf(
    [{ kind: 'ingest', shard: 0 }, 1, 2],
    [{ kind: 'ingest', shard: 2 }, 2.25, 4],
    [{ kind: 'vocabulary' }, 6, 7],
    [train(0, 0), 8, 9],
    [train(0, 2), 9.5, 10],
    [{ kind: 'average', round: 0 }, 11.5, 12],
  ),
  logOf([{ kind: 'ingest', shard: 1 }, 1.5, 5], [train(0, 1), 8.25, 11]),
];

test('steps are read from the logs of workers, in the order in which they began; those of other runs are not', () => {
  const steps = stepTimes(LOGS, 'r');
  assert.deepEqual(
    steps.map(({ worker, call, seconds }) => [worker, call.kind, call.shard, seconds]),
    [
      [0, 'ingest', 0, 1],
      [1, 'ingest', 1, 3.5],
      [0, 'ingest', 2, 1.75],
      [0, 'vocabulary', undefined, 1],
      [0, 'train', 0, 1],
      [1, 'train', 1, 2.75],
      [0, 'train', 2, 0.5],
      [0, 'average', undefined, 0.5],
    ],
  );
});

test('gaps are within a stage, of one worker, or between stages, after the last of its steps', () => {
  const { steps, stages } = gapsBetween(stepTimes(LOGS, 'r'));
  assert.deepEqual(steps, [0.25, 0.5]);
  assert.deepEqual(stages, [1, 1, 0.5]);
});

test('the first training step of a worker in a round is told from later ones', () => {
  const { first, later } = firstAndLater(stepTimes(LOGS, 'r'));
  assert.deepEqual(
    [first, later].map((list) => list.map(({ call }) => call.shard)),
    [[0, 1], [2]],
  );
});
