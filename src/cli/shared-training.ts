import type { Options } from 'yargs';
import { WordmillError } from '../core/errors.js';
import type { SharedTraining } from '../distributed/plain/train-files.js';
import { undistributable } from '../distributed/refuse-undistributable.js';
import { checkDefinition } from '../pipeline/definition.js';
import type { ResolvedDefinition } from '../pipeline/schema.js';
import type { CommandCall } from './command.js';
import { definitionFromFlags, type Flag, flagsOf, placeOfFlag } from './flags.js';
import { requiredNumber, storageOptions } from './run-in-storage.js';

/** How a training on files is shared out: flags that all of its calls are given alike. */
export const sharedFlags: readonly Flag[] = [
  ...flagsOf('vocabulary').filter(({ name }) => ['read-vocabulary', 'unk'].includes(name)),
  ...flagsOf('sampling', 'train').filter(({ name }) => name !== 'threads'),
  ...flagsOf('distributed'),
];

/** The same, of no section of a definition. */
export const sharedOptions: Readonly<Record<string, Options>> = {
  start: {
    string: true,
    requiresArg: true,
    group: 'Files:',
    describe: 'The model that shard average wrote after the round before; none for round 0',
  },
};

/**
 * Whether a call is about files rather than about a run in storage.
 *
 * @throws WordmillError `usage` where it says both.
 */
export function isShared({ values, operands }: CommandCall, ofFiles: readonly string[]): boolean {
  const ofRun = Object.keys(storageOptions).find((flag) => values[flag] !== undefined);
  const ofFile = [...ofFiles, ...sharedFlags.map(({ name }) => name)].find(
    (flag) => values[flag] !== undefined,
  );
  if (ofRun === undefined) return true;
  if (ofFile === undefined && operands.length === 0) return false;
  const other = ofFile === undefined ? operands[0]! : `--${ofFile}`;
  throw new WordmillError('usage', `is for a run in storage, and ${other} is not`, {
    place: { key: `--${ofRun}` },
    hint: 'The plan of a run says what is trained, and how. Leave out one of the two.',
  });
}

/** How the training that a call belongs to is shared out. @throws WordmillError `usage` where it does not say. */
export function sharedTraining(
  call: CommandCall,
  flags: readonly Flag[] = sharedFlags,
): SharedTraining & { readonly definition: ResolvedDefinition } {
  const { values } = call;
  const vocabulary = textOf(call, 'read-vocabulary');
  for (const flag of ['shards', 'rounds-per-epoch']) requiredNumber(values, flag);
  // What is trained on is encoded already; a definition has a source.
  const given = { ...definitionFromFlags(flags, values), source: { files: vocabulary } };
  const definition = checkDefinition(given, ({ path }) => placeOfFlag(flags, path));
  const [refused] = undistributable(definition);
  if (refused) {
    const { key, problem, hint } = refused;
    throw new WordmillError('usage', problem, { place: placeOfFlag(flags, key.split('.')), hint });
  }
  const { shards, roundsPerEpoch } = definition.distributed!;
  const start = values.start as string | undefined;
  return { definition, vocabulary, shards, roundsPerEpoch, round: requiredNumber(values, 'round'), start };
}

/** A flag that must be given. @throws WordmillError `usage` where it is not. */
export function textOf({ values }: CommandCall, flag: string): string {
  const value = values[flag];
  if (value !== undefined) return value as string;
  throw new WordmillError('usage', 'is missing', {
    place: { key: `--${flag}` },
    hint: 'A run in storage needs --storage and --run instead.',
  });
}
