import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { cooccurrences } from '../../pipeline/cooccurrence.js';
import type { CommandCall } from '../command.js';
import { filterDefinition, filterFlags, runFilter, TEXT_FLAGS } from '../filter.js';
import { type Flag, flagsOf } from '../flags.js';

const COUNTING = ['window', 'symmetric', 'cooccurrence-memory'];
const MEANS = ['seed', 'threads'];

export const flags: readonly Flag[] = [
  ...TEXT_FLAGS,
  ...flagsOf('source').filter(({ name }) => name === 'cooccurrence'),
  ...filterFlags('vocabulary'),
  ...flagsOf('sampling')
    .filter(({ name }) => COUNTING.includes(name))
    .map((flag) => (flag.name === 'cooccurrence-memory' ? { ...flag, name: 'memory' } : flag)),
  ...flagsOf('train').filter(({ name }) => MEANS.includes(name)),
];

/** What is counted is for GloVe: its defaults hold. */
const MODEL = flagsOf('train').filter(({ name }) => name === 'model');

export const options: Readonly<Record<string, Options>> = {
  shuffle: {
    boolean: true,
    group: 'Output:',
    describe: 'Put cells in an order drawn by the seed; sorted otherwise',
  },
  output: {
    requiresArg: true,
    string: true,
    group: 'Output:',
    describe: 'The file to write; standard output by default',
  },
  'save-vocabulary': {
    requiresArg: true,
    string: true,
    group: 'Output:',
    describe: 'Also write the vocabulary, whose lines the cells count in',
  },
};

export const examples = [
  [
    'wordmill cooccur --min-count 5 --save-vocabulary vocab.txt --output cooccurrence.bin corpus.txt',
    "count, as GloVe's cooccur",
  ],
  [
    'wordmill cooccur --cooccurrence cooccurrence.bin --read-vocabulary vocab.txt --shuffle > shuffled.bin',
    "shuffle, as GloVe's shuffle",
  ],
  [
    'wordmill train --model glove --cooccurrence shuffled.bin --read-vocabulary vocab.txt --glove vectors.txt',
    'train on the counts',
  ],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const { shuffle, output, cooccurrence, 'save-vocabulary': saveVocabulary } = call.values;
  if (cooccurrence !== undefined && !shuffle) {
    throw new WordmillError('usage', 'these co-occurrences are counted already: there is nothing to do', {
      place: { key: '--cooccurrence' },
      hint: 'Give --shuffle to shuffle them, or wordmill train to train on them.',
    });
  }
  const definition = filterDefinition([...flags, ...MODEL], {
    ...call,
    values: { ...call.values, model: 'glove' },
  });
  const pipeline = cooccurrences(definition, {
    shuffle: shuffle === true,
    ...(output !== undefined && output !== '-' && { output: output as string }),
    ...(saveVocabulary !== undefined && { saveVocabulary: saveVocabulary as string }),
  });
  await runFilter(pipeline, call);
}
