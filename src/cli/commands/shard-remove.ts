import type { Options } from 'yargs';
import { removeRuns } from '../../storage/remove-runs.js';
import type { CommandCall } from '../command.js';
import { storageOptions, withStore } from '../run-in-storage.js';

export const flags = [] as const;

const { run: _, ...addressOptions } = storageOptions;

export const options: Readonly<Record<string, Options>> = addressOptions;

export const examples = [
  [
    'wordmill shard remove --storage /shared/wordmill may june',
    'remove two runs, and the files that no other run uses',
  ],
] as const;

/** A run has a plan first, and is done when it has a result. */
const NAMES = { first: 'plan', last: 'result' } as const;

export async function run(call: CommandCall): Promise<void> {
  const { operands, signal, log } = call;
  const { records, blobs } = await withStore(call, (store) => removeRuns(store, operands, NAMES, signal));
  log.note(`removed ${operands.join(', ')}: ${records} records and ${blobs} files`);
}
