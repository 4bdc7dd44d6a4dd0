import { availableParallelism } from 'node:os';
import type { Options } from 'yargs';
import { WordmillError } from '../core/errors.js';
import { Report, type ReportListener } from '../core/report.js';
import { openContext } from '../core/run.js';
import { readPlan } from '../distributed/plan-shards.js';
import { storageAddress } from '../distributed/settings.js';
import type { RunStorage, StepContext } from '../distributed/step.js';
import { BlobCache } from '../storage/blob-cache.js';
import type { ObjectStore } from '../storage/object-store.js';
import { openStore } from '../storage/open-store.js';
import { runStorage } from '../storage/run-storage.js';
import type { CommandCall } from './command.js';
import { storageFlag } from './connection-flags.js';
import type { FlagValues } from './flags.js';
import type { Log } from './log.js';

const GROUP = 'A run in storage:';

/** The flags that name a run in storage. */
export const storageOptions: Readonly<Record<string, Options>> = {
  storage: { ...storageFlag, group: GROUP },
  connection: {
    string: true,
    requiresArg: true,
    group: GROUP,
    describe: 'A file (YAML) that says where the storage is; by default $WORDMILL_CONNECTION',
  },
  run: {
    string: true,
    requiresArg: true,
    group: GROUP,
    describe: 'The ID of the run: a name of your choice',
  },
};

/** The flag that names a shard of it. */
export const shardOption: Readonly<Record<string, Options>> = {
  shard: { number: true, requiresArg: true, group: GROUP, describe: 'The number of the shard, from 0' },
};

/** The flag that names a round of its training. */
export const roundOption: Readonly<Record<string, Options>> = {
  round: {
    number: true,
    requiresArg: true,
    group: GROUP,
    describe: 'The number of the round, from 0 over the whole training',
  },
};

/** The flag for the threads that a step counts and trains with. */
export const threadsOption: Readonly<Record<string, Options>> = {
  threads: {
    number: true,
    requiresArg: true,
    group: GROUP,
    describe: 'Threads for training and counting; by default as many as there are processors',
  },
};

/**
 * Whether a call is about a run in storage rather than about files.
 *
 * @throws WordmillError `usage` where it says both.
 */
export function isOfRun({ values, operands }: CommandCall, ofFiles: readonly string[]): boolean {
  const ofRun = Object.keys({ ...storageOptions, ...shardOption, ...threadsOption });
  const given = ofRun.find((flag) => values[flag] !== undefined);
  if (given === undefined) return false;
  const other = operands.length > 0 ? operands[0] : ofFiles.find((flag) => values[flag] !== undefined);
  if (other === undefined) return true;
  const name = operands.length > 0 ? other : `--${other}`;
  throw new WordmillError('usage', `is for a run in storage, and ${name} is not`, {
    place: { key: `--${given}` },
    hint: 'The plan of a run says what is read, and how. Leave out one of the two.',
  });
}

/** A whole number from 0 that a flag gives. @throws WordmillError `usage` where it is missing or is something else. */
export function requiredNumber(values: FlagValues, flag: string): number {
  const value = values[flag];
  if (typeof value === 'string' && /^\d{1,9}$/.test(value)) return Number(value);
  const problem = value === undefined ? 'is missing' : `must be a whole number from 0, not '${value}'`;
  throw new WordmillError('usage', problem, { place: { key: `--${flag}` } });
}

/** Works with storage, of whatever run. @throws WordmillError `usage` where none is given. */
export async function withStore<Result>(
  { values, log }: CommandCall,
  work: (store: ObjectStore) => Promise<Result>,
): Promise<Result> {
  const store = await openStore(await storageAddress(values), {
    retries: { note: (line) => log.note(line) },
  });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Works with a run's storage. @throws WordmillError `usage` where no run or no storage is given. */
export async function withStorage<Result>(
  call: CommandCall,
  work: (storage: RunStorage) => Promise<Result>,
): Promise<Result> {
  const { run } = call.values;
  if (run === undefined) {
    throw new WordmillError('usage', 'is missing: the ID of the run', { place: { key: '--run' } });
  }
  return withStore(call, async (store) => {
    const storage = runStorage(store, run as string, new BlobCache());
    try {
      return await work(storage);
    } finally {
      await storage.close();
    }
  });
}

/** Does a step of a run in storage. @throws WordmillError as `withStorage`, `readPlan` and the step do. */
export function doStep<Result>(
  call: CommandCall,
  step: (context: StepContext) => Promise<Result>,
): Promise<Result> {
  const { signal, log, values } = call;
  return withStorage(call, async (storage) => {
    const plan = await readPlan(storage, signal);
    const threads =
      values.threads === undefined ? availableParallelism() : Math.max(1, requiredNumber(values, 'threads'));
    const opened = openContext({ signal });
    const { scratchFolder } = opened.context;
    const report = new Report(listenerOf(log));
    try {
      return await step({ storage, plan, signal, report, threads, scratchFolder });
    } finally {
      await opened.close();
    }
  });
}

/** Shows what a step reports. */
export function listenerOf(log: Log): ReportListener {
  return {
    progress: (progress) => log.progress(progress),
    warning: (message) => log.warning(message),
    note: (message) => log.note(message),
  };
}
