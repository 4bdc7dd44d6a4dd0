import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { cancelRun } from '../../distributed/bullmq/cancel.js';
import { RunQueues, submissionOf } from '../../distributed/bullmq/run-queues.js';
import { statusOf, workersOf } from '../../distributed/bullmq/status.js';
import { redisSettings } from '../../distributed/settings.js';
import type { CommandCall } from '../command.js';
import { redisOptions } from '../connection-flags.js';
import { columns } from '../runs/columns.js';
import { rowOfStatus, STATUS_HEADS, statusText } from '../runs/status-text.js';
import { writeToStdout } from '../stdout.js';

export const flags = [];

export const options: Readonly<Record<string, Options>> = {
  ...redisOptions,
  json: { boolean: true, describe: 'Write a JSON object for each run, on a line' },
  cancel: {
    boolean: true,
    describe: 'Cancel the run: workers stop within seconds; what is done stays in storage, to resume from',
  },
};

export const examples = [
  ['wordmill status', 'the runs that Redis knows, the newest first'],
  ['wordmill status latest', 'the newest: its stage, shards, rate, retries, time left, workers'],
  ['wordmill status 9e63 --cancel', 'cancel a run, by a part of its ID'],
] as const;

export async function run({ operands, values, log }: CommandCall): Promise<void> {
  const [name] = operands;
  if (values.cancel && name === undefined) {
    throw new WordmillError('usage', 'needs a run', {
      place: { key: '--cancel' },
      hint: 'Name it: its ID, or a part.',
    });
  }
  const queues = await RunQueues.connect(await redisSettings(values));
  try {
    if (name === undefined) return await list(queues, values.json === true);
    const job = await queues.find(name);
    if (values.cancel) {
      const { run: id } = job.data;
      const status = await statusOf(queues, job);
      if (status.state !== 'running' && status.state !== 'waiting') {
        throw new WordmillError('usage', `run ${id} has come to its end: it is ${status.state}`);
      }
      const gone = await cancelRun(queues, submissionOf(job));
      log.note(`cancelled run ${id}; the same command with --resume goes on from what is done`, {
        event: 'cancelled',
        run: id,
      });
      if (!gone) log.warning('some of its workers do not answer; their steps end when they do');
      return;
    }
    const status = await statusOf(queues, job);
    const workers = await workersOf(queues);
    await writeToStdout([
      values.json ? `${JSON.stringify({ ...status, workers })}\n` : statusText(status, workers),
    ]);
  } finally {
    await queues.close();
  }
}

async function list(queues: RunQueues, json: boolean): Promise<void> {
  const jobs = await queues.all();
  const statuses = await Promise.all(jobs.map((job) => statusOf(queues, job)));
  if (json) return writeToStdout(statuses.map((status) => `${JSON.stringify(status)}\n`));
  const rows = statuses.map(rowOfStatus);
  if (process.stdout.isTTY) return writeToStdout([columns([STATUS_HEADS, ...rows])]);
  return writeToStdout(rows.map((row) => `${row.join('\t')}\n`));
}
