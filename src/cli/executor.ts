import type { Options } from 'yargs';
import { WordmillError } from '../core/errors.js';
import type { TrainElsewhere } from '../pipeline/run-definition.js';
import { connectionOptions, openConnections } from './connection-flags.js';
import { type FlagValues, flagsOf } from './flags.js';

/** The flags of `wordmill run` that say how a run is shared out. */
export const distributedFlags = flagsOf('distributed');

/** `--executor`, and what workers and the run are connected by. */
export const executorOptions: Readonly<Record<string, Options>> = {
  executor: {
    requiresArg: true,
    choices: ['local', 'bullmq'],
    defaultDescription: 'local',
    group: 'Distributed:',
    describe: 'Where it runs: here, or on the workers of a Redis server (wordmill worker)',
  },
  ...connectionOptions,
};

/** Whether workers are to do a run. @throws WordmillError `usage` for flags that are for them alone. */
export function isDistributed(values: FlagValues): boolean {
  if (values.executor === 'bullmq') return true;
  const names = [...Object.keys(connectionOptions), ...distributedFlags.map(({ name }) => name)];
  const useless = names.find((name) => values[name] !== undefined);
  if (useless === undefined) return false;
  throw new WordmillError('usage', 'has no effect without --executor bullmq', {
    place: { key: `--${useless}` },
  });
}

/**
 * Calls something with what has workers read and train, where the flags want that; with undefined where they do not.
 *
 * @throws WordmillError as `openConnections` does, and whatever `body` throws.
 */
export async function withExecutor<T>(
  values: FlagValues,
  body: (training: TrainElsewhere | undefined) => Promise<T>,
): Promise<T> {
  if (!isDistributed(values)) return body(undefined);
  const connections = await openConnections(values);
  const { distributedTraining } = await import('../distributed/distributed-training.js');
  const { resultVectors: vectorsOf } = await import('../distributed/result-vectors.js');
  try {
    return await body((definition) => distributedTraining(definition, { ...connections, vectorsOf }));
  } finally {
    await connections.close();
  }
}
