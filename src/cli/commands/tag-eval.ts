import type { Options } from 'yargs';
import { Report } from '../../core/report.js';
import { conllSchema } from '../../formats/conll-options.js';
import { optionSchema } from '../../pipeline/schema.js';
import { evaluateTagger } from '../../pipeline/tagger-use.js';
import { type EntityScores, entityScoresText } from '../../train/tagging/entity-scores.js';
import { Tagger } from '../../train/tensorflow/tagger/tagger.js';
import type { CommandCall } from '../command.js';
import { flagsOfSchema, optionsFromFlags } from '../flags.js';
import { checkStdin, sourceOfOperands } from '../inputs.js';
import { writeToStdout } from '../stdout.js';
import { vectorsFor, vectorsOption } from '../tagger-vectors.js';
import { requireNativeOption } from '../tensorflow-options.js';

export const flags = flagsOfSchema('columns', optionSchema(conllSchema));

export const options: Readonly<Record<string, Options>> = {
  json: { boolean: true, describe: 'Write one JSON object' },
  vectors: vectorsOption,
  'require-native': requireNativeOption,
};

export const examples = [
  ['wordmill tag eval out/tagger test.conll', 'precision, recall and F1, as conlleval counts them'],
  ['wordmill tag eval out/tagger test.conll --json', 'for a program'],
] as const;

export async function run({ operands, values, signal, log }: CommandCall): Promise<void> {
  const [path, ...inputs] = operands as [string, ...string[]];
  const columns = optionsFromFlags(conllSchema, 'columns', flags, values);
  const { files, stdin } = sourceOfOperands(inputs);
  checkStdin({ ...(stdin && { stdin }) });
  const report = new Report(log);
  const tagger = await Tagger.load(path, {
    ...{ requireNative: values['require-native'] === true, report },
    ...(await vectorsFor(values.vectors, { report, signal })),
  });
  const scores = await evaluateTagger(tagger, stdin ? undefined : (files as string[]), {
    ...{ ...columns, report, signal },
  });
  log.close();
  await writeToStdout([values.json ? asJson(scores) : entityScoresText(scores)], signal);
}

function asJson({ byType, ...scores }: EntityScores): string {
  return `${JSON.stringify({ ...scores, byType: Object.fromEntries(byType) })}\n`;
}
