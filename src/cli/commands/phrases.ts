import { tokenizedText } from '../../pipeline/filters.js';
import { phraseOptions } from '../../tokenize/phrases/options.js';
import type { CommandCall } from '../command.js';
import { filterDefinition, filterFlags, runFilter, TEXT_FLAGS } from '../filter.js';

export const flags = [...TEXT_FLAGS, ...filterFlags('phrases')];

export const examples = [
  [
    'wordmill phrases --phrases 2 --save-phrases phrases.tsv corpus.txt > joined.txt',
    'new_york_times in two passes',
  ],
  ['wordmill phrases --read-phrases phrases.tsv < other.txt', 'the same phrases in other text'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const definition = filterDefinition(flags, call);
  const phrases = definition.phrases ?? phraseOptions.parse({});
  await runFilter(tokenizedText({ ...definition, phrases }), call);
}
