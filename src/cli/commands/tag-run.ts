import type { Options } from 'yargs';
import { Report } from '../../core/report.js';
import { conllSchema } from '../../formats/conll-options.js';
import { optionSchema } from '../../pipeline/schema.js';
import { TAG_INPUTS, TAG_OUTPUTS, type TaggedTextOptions, taggedText } from '../../pipeline/tagger-use.js';
import { Tagger } from '../../train/tensorflow/tagger/tagger.js';
import type { CommandCall } from '../command.js';
import { flagsOfSchema, optionsFromFlags } from '../flags.js';
import { checkStdin, sourceOfOperands } from '../inputs.js';
import { writeToStdout } from '../stdout.js';
import { vectorsFor, vectorsOption } from '../tagger-vectors.js';
import { requireNativeOption } from '../tensorflow-options.js';

const columns = conllSchema.omit({ tagColumn: true });

export const flags = flagsOfSchema('columns', optionSchema(columns));

export const options: Readonly<Record<string, Options>> = {
  input: {
    requiresArg: true,
    choices: TAG_INPUTS,
    defaultDescription: 'text',
    describe: 'text: a sentence a line; tokens: the same, tokens at white space; conll: columns',
  },
  format: {
    requiresArg: true,
    choices: TAG_OUTPUTS,
    defaultDescription: 'conll',
    describe:
      'conll: a token and its tag a line (with --input conll, a last column); jsonl: a sentence a line',
    group: 'Output:',
  },
  'strict-utf8': {
    boolean: true,
    describe: 'Stop at invalid UTF-8 in text rather than replace it by U+FFFD and warn',
  },
  vectors: vectorsOption,
  'require-native': requireNativeOption,
};

export const examples = [
  ['echo "Robert Lin is a durian cultivator" | wordmill tag run out/tagger', 'tag a sentence'],
  ['wordmill tag run out/tagger news.txt --format jsonl', 'a text, a JSON object a sentence'],
  ['wordmill tag run out/tagger test.conll --input conll', 'CoNLL columns, and one more for the tag'],
] as const;

export async function run({ operands, values, signal, log }: CommandCall): Promise<void> {
  const [path, ...inputs] = operands as [string, ...string[]];
  const { files, stdin } = sourceOfOperands(inputs.length > 0 ? inputs : ['-']);
  checkStdin({ ...(stdin && { stdin }) });
  const report = new Report(log);
  const tagger = await Tagger.load(path, {
    ...{ requireNative: values['require-native'] === true, report },
    ...(await vectorsFor(values.vectors, { report, signal })),
  });
  const tagged = taggedText(tagger, stdin ? undefined : (files as string[]), {
    ...{ ...optionsFromFlags(columns, 'columns', flags, values), report, signal },
    strictUtf8: values['strict-utf8'] === true,
    input: (values.input as TaggedTextOptions['input'] | undefined) ?? 'text',
    output: (values.format as TaggedTextOptions['output'] | undefined) ?? 'conll',
  });
  await writeToStdout(tagged, signal);
}
