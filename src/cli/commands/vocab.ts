import { vocabularyText } from '../../pipeline/filters.js';
import type { CommandCall } from '../command.js';
import { filterDefinition, runFilter, TEXT_FLAGS } from '../filter.js';
import { flagsOf } from '../flags.js';

export const flags = [...TEXT_FLAGS, ...flagsOf('vocabulary')].filter(({ name }) => name !== 'spool');

export const examples = [
  ['wordmill vocab corpus.txt > vocabulary.txt', 'for --read-vocabulary, or to look at'],
  ['wordmill vocab --min-count 1 corpus.txt | head', 'the most frequent words'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  await runFilter(vocabularyText(filterDefinition(flags, call)), call);
}
