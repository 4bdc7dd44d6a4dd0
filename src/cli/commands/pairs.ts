import type { Options } from 'yargs';
import { pairsAs } from '../../pipeline/filters.js';
import type { CommandCall } from '../command.js';
import { filterDefinition, formatOf, formatOption, runFilter, SEED_FLAG, TEXT_FLAGS } from '../filter.js';
import { flagsOf } from '../flags.js';

export const flags = [...TEXT_FLAGS, ...flagsOf('vocabulary', 'sampling'), ...SEED_FLAG];

export const options: Readonly<Record<string, Options>> = {
  format: formatOption('text: context, target and offset with tabs between; csv; binary: 12 bytes a pair'),
};

export const examples = [
  ['wordmill pairs --window 10 --window-mode fixed --subsample 0 --min-count 1 < corpus.txt', 'every pair'],
  ['wordmill pairs corpus.txt | wordmill train --pairs - --glove vectors.txt', 'draw here, train there'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  await runFilter(pairsAs(formatOf(call), filterDefinition(flags, call)), call);
}
