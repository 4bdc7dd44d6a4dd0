import { tokenizedText } from '../../pipeline/filters.js';
import type { CommandCall } from '../command.js';
import { filterDefinition, runFilter, TEXT_FLAGS } from '../filter.js';

export const flags = TEXT_FLAGS;

export const examples = [
  ['wordmill tokenize corpus.txt > words.txt', 'a sentence on each line'],
  ["wordmill tokenize --pattern '\\p{L}+' < corpus.txt", 'words by a regular expression'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  await runFilter(tokenizedText(filterDefinition(flags, call)), call);
}
