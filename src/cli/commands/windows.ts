import type { Options } from 'yargs';
import { windowsAs } from '../../pipeline/filters.js';
import { optionSchema } from '../../pipeline/schema.js';
import { windowsOptions } from '../../sampling/options.js';
import type { CommandCall } from '../command.js';
import {
  filterDefinition,
  filterFlags,
  formatOf,
  formatOption,
  runFilter,
  SEED_FLAG,
  TEXT_FLAGS,
} from '../filter.js';
import { flagsOfSchema, optionsFromFlags } from '../flags.js';

const shapeFlags = flagsOfSchema('windows', optionSchema(windowsOptions));
const definitionFlags = [...TEXT_FLAGS, ...filterFlags('vocabulary'), ...SEED_FLAG];

export const flags = [...shapeFlags, ...definitionFlags];

export const options: Readonly<Record<string, Options>> = {
  format: formatOption('text: the target, then its contexts, with tabs between; csv; binary: ids'),
};

export const examples = [
  ['wordmill windows --shape last --size 4 < corpus.txt', 'each word, and the four before it'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const windows = optionsFromFlags(windowsOptions, 'windows', shapeFlags, call.values);
  await runFilter(windowsAs(formatOf(call), windows, filterDefinition(definitionFlags, call)), call);
}
