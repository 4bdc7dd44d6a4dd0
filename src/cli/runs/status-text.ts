import { duration, quantity } from '../../core/quantity.js';
import type { RunStatus } from '../../distributed/bullmq/status.js';
import { columns, timeText } from './columns.js';

/** The heads of the columns of `rowOfStatus`. */
export const STATUS_HEADS = ['RUN', 'STATE', 'STAGE', 'SHARDS', 'ROUNDS', 'LEFT', 'SUBMITTED'];

/** A distributed run as a row of a table. */
export function rowOfStatus(status: RunStatus): string[] {
  const { run, state, stage = '', secondsLeft, submitted } = status;
  return [
    run,
    state,
    stage,
    shardsText(status),
    roundsText(status),
    leftText(secondsLeft),
    timeText(submitted),
  ];
}

/** All about one distributed run, a line for each thing, and who does what. */
export function statusText(status: RunStatus, workers: readonly string[]): string {
  const { run, state, stage, wordsPerSecond, secondsLeft, retries, stalled, submitted, error } = status;
  const rows = [
    ['run', run],
    ['state', state],
    ['submitted', timeText(submitted)],
    ['stage', stage ?? ''],
    ['shards done', shardsText(status)],
    ['rounds done', roundsText(status)],
    ['rate', wordsPerSecond === undefined ? '' : `${quantity(wordsPerSecond, 'words')}/s`],
    ['time left', leftText(secondsLeft)],
    ['retries', String(retries)],
    ['stalled', String(stalled)],
    ['workers', workers.length === 0 ? 'none: start some with wordmill worker' : workers.join(', ')],
    ['error', error?.replaceAll('\n', ' ') ?? ''],
  ].filter(([, value]) => value !== '');
  const running = status.running.map(({ step, worker, share }) => [
    `  ${step}`,
    share === undefined ? '' : `${Math.floor(100 * share)} %`,
    worker,
  ]);
  return columns(rows) + (running.length > 0 ? `running\n${columns(running)}` : '');
}

function shardsText({ shards, shardsDone }: RunStatus): string {
  return shardsDone === undefined ? '' : `${shardsDone} of ${shards}`;
}

function roundsText({ rounds, roundsDone }: RunStatus): string {
  return roundsDone === undefined ? '' : `${roundsDone} of ${rounds}`;
}

function leftText(seconds: number | undefined): string {
  return seconds === undefined ? '' : duration(seconds);
}
