import { vocabularyText } from '../../pipeline/filters.js';
import type { CommandCall } from '../command.js';
import { filterDefinition, filterFlags, runFilter, TEXT_FLAGS } from '../filter.js';

export const flags = [...TEXT_FLAGS, ...filterFlags('vocabulary')].filter(({ name }) => name !== 'spool');

export const examples = [
  ['wordmill vocab corpus.txt > vocabulary.txt', 'for --read-vocabulary, or to look at'],
  ['wordmill vocab corpus.txt | head', 'the most frequent words'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  await runFilter(vocabularyText(filterDefinition(flags, call)), call);
}
