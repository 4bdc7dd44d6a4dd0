import type { Options } from 'yargs';
import { pairsAs } from '../../pipeline/filters.js';
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

/** Windows of language models are drawn by `wordmill windows`. */
const OF_LANGUAGE_MODELS = ['shape', 'size', 'partial'];

export const flags = [
  ...TEXT_FLAGS,
  ...filterFlags('vocabulary', 'sampling').filter(({ name }) => !OF_LANGUAGE_MODELS.includes(name)),
  ...SEED_FLAG,
];

export const options: Readonly<Record<string, Options>> = {
  format: formatOption('text: context, target and offset with tabs between; csv; binary: 12 bytes a pair'),
};

export const examples = [
  ['wordmill pairs --window 10 --window-mode fixed < corpus.txt', 'every pair within ten words'],
  ['wordmill pairs --min-count 5 --subsample 1e-3 corpus.txt', 'what training sees in its first epoch'],
  ['wordmill pairs corpus.txt | wordmill train --pairs - --glove vectors.txt', 'draw here, train there'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  await runFilter(pairsAs(formatOf(call), filterDefinition(flags, call)), call);
}
