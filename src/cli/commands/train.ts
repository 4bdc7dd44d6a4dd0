import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { checkDefinition, printDefinition } from '../../pipeline/definition.js';
import type { ResolvedDefinition } from '../../pipeline/schema.js';
import type { CommandCall } from '../command.js';
import { ifChangedOption, resumeOption, runsOption } from '../definition-operands.js';
import { definitionFromFlags, flagsOf, placeOfFlag } from '../flags.js';
import { sourceOfOperands } from '../inputs.js';
import { writeToStdout } from '../stdout.js';
import { runTraining } from '../training.js';

const SECTIONS = [
  'source',
  'filter',
  'tokenize',
  'phrases',
  'vocabulary',
  'sampling',
  'train',
  'checkpoint',
  'evaluate',
  'sinks',
  'output',
];

export const flags = flagsOf('', ...SECTIONS);

export const options: Readonly<Record<string, Options>> = {
  'print-definition': {
    boolean: true,
    group: 'General:',
    describe: 'Write the definition that these flags make (YAML, for wordmill run) and stop',
  },
  'if-changed': { ...ifChangedOption, group: 'General:' },
  runs: { ...runsOption, group: 'General:' },
  resume: { ...resumeOption, group: 'General:' },
};

export const bare = ['resume'];

export const examples = [
  ['wordmill train corpus.txt --glove vectors.txt', 'learn vectors from a file'],
  ['zcat corpus.gz | wordmill train - --word2vec vectors.bin', 'or from a pipe'],
  ['wordmill train corpus/ --glove v.txt --print-definition > job.yaml', 'the same as a definition, to keep'],
  [
    'wordmill pairs corpus.txt | grep -v the | wordmill train --pairs - --glove v.txt',
    'on pairs of your own',
  ],
] as const;

export async function run(call: CommandCall): Promise<void> {
  if (call.values['print-definition']) await writeToStdout([printDefinition(definitionOf(call))]);
  else await runTraining(() => definitionOf(call), 'train', call);
}

/** The definition that the flags stand for, checked and resolved just as one from YAML. */
function definitionOf({ values, operands }: CommandCall): ResolvedDefinition {
  const { pairs = values.cooccurrence } = values;
  if (pairs === undefined && operands.length === 0) {
    throw new WordmillError('usage', 'no input is given', {
      hint: 'Give files, folders or globs; - reads text from standard input; --pairs FILE trains on pairs, --cooccurrence FILE on counts.',
    });
  }
  if (pairs !== undefined && operands.length > 0) {
    const [key, what] =
      values.pairs === undefined ? ['--cooccurrence', 'co-occurrences'] : ['--pairs', 'pairs'];
    throw new WordmillError('usage', `${what} take the place of text; give one of the two`, {
      place: { key },
    });
  }
  const given = definitionFromFlags(flags, values);
  const source = { ...sourceOfOperands(operands), ...(given.source as object) };
  return checkDefinition({ ...given, source }, ({ path }) => placeOfFlag(flags, path));
}
