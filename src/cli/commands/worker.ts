import { availableParallelism } from 'node:os';
import type { Options } from 'yargs';
import { secondsOf } from '../../core/duration.js';
import { WordmillError } from '../../core/errors.js';
import { counted } from '../../core/quantity.js';
import { runWorker } from '../../distributed/bullmq/worker.js';
import { STEPS } from '../../distributed/steps.js';
import type { CommandCall } from '../command.js';
import { connectionOptions, openConnections } from '../connection-flags.js';
import type { FlagValues } from '../flags.js';
import { numberOf } from '../numbers.js';

export const flags = [];

export const options: Readonly<Record<string, Options>> = {
  ...connectionOptions,
  concurrency: {
    number: true,
    requiresArg: true,
    defaultDescription: '1',
    describe: 'How many steps it does at once; they share the threads',
  },
  threads: {
    number: true,
    requiresArg: true,
    describe: 'Threads of all its steps together; by default as many as there are processors',
  },
  scratch: {
    string: true,
    requiresArg: true,
    describe: "Where intermediate files go; by default the system's temporary folder",
  },
  cache: {
    string: true,
    requiresArg: true,
    describe: 'The folder of what it fetched from storage; by default $WORDMILL_CACHE, else in ~/.cache',
  },
  'stalled-after': {
    string: true,
    requiresArg: true,
    defaultDescription: '30s',
    describe: 'For how long a worker may be silent before its steps are given to others',
  },
};

export const examples = [
  ['wordmill worker --redis redis://queue.example --storage /shared/wordmill', 'work for all runs there'],
  [
    'WORDMILL_CONNECTION=/etc/wordmill.yaml wordmill worker --concurrency 2',
    'addresses and password in a file',
  ],
] as const;

/** The longest that a worker may be silent, in seconds. */
const DAY = 86_400;

export async function run({ values, log, signal }: CommandCall): Promise<void> {
  const concurrency = numberOf(values, 'concurrency', { whole: true, least: 1, most: 1024 }) ?? 1;
  const threads =
    numberOf(values, 'threads', { whole: true, least: 1, most: 1024 }) ?? availableParallelism();
  const stalledAfter = silence(values);
  const cache = values.cache as string | undefined;
  const connections = await openConnections(values, cache, (line) => log.note(line));
  const { redis, storageName, storageOf } = connections;
  try {
    // A worker that cannot use it would take steps from the others and fail them, again and again.
    await connections.tryStorage(signal);
    await runWorker({
      ...{ redis, storageOf, steps: STEPS, concurrency, threads, log, signal, stalledAfter },
      scratch: values.scratch as string | undefined,
      onReady: () =>
        log.note(
          `working for ${redis.shown}, with ${storageName}: ${counted(concurrency, 'step')} at once, ${counted(threads, 'thread')}`,
          { event: 'ready', concurrency, threads },
        ),
    });
    log.note('ended', { event: 'ended' });
  } finally {
    await connections.close();
  }
}

/** In milliseconds. */
function silence(values: FlagValues): number {
  const given = (values['stalled-after'] as string | undefined) ?? '30s';
  const seconds = secondsOf(given, DAY);
  if (seconds !== undefined && seconds >= 1) return seconds * 1_000;
  throw new WordmillError('usage', `must be a length of time from 1s to 24h, not '${given}'`, {
    place: { key: '--stalled-after' },
  });
}
