import type { Options } from 'yargs';
import { Report } from '../../core/report.js';
import { evaluateText, type TextReport } from '../../pipeline/language-model-use.js';
import { LanguageModel } from '../../train/tensorflow/language-model/language-model.js';
import type { CommandCall } from '../command.js';
import { checkStdin, sourceOfOperands } from '../inputs.js';
import { numberOf } from '../numbers.js';
import { writeToStdout } from '../stdout.js';
import { requireNativeOption } from '../tensorflow-options.js';

export const flags = [];

export const options: Readonly<Record<string, Options>> = {
  streams: {
    number: true,
    requiresArg: true,
    defaultDescription: '32',
    describe: 'Parallel streams that the text is cut into; 1 gives every word the whole text before it',
  },
  json: { boolean: true, describe: 'Write one JSON object' },
  'require-native': requireNativeOption,
};

/** Each has a state and a row of scores over the whole vocabulary at every step: more are memory, not speed. */
const MOST_STREAMS = 1_024;

export const examples = [
  ['wordmill lm eval out/lm held-out.txt', 'the perplexity of a text'],
  ['zcat text.gz | wordmill lm eval out/lm - --json', 'of one from a pipe, for a program'],
] as const;

export async function run({ operands, values, signal, log }: CommandCall): Promise<void> {
  const [path, ...inputs] = operands as [string, ...string[]];
  const streams = numberOf(values, 'streams', { whole: true, least: 1, most: MOST_STREAMS });
  const { files, stdin } = sourceOfOperands(inputs);
  checkStdin({ ...(stdin && { stdin }) });
  const model = await LanguageModel.load(path, {
    requireNative: values['require-native'] === true,
    report: new Report(log),
  });
  const report = await evaluateText(model, stdin ? undefined : (files as string[]), {
    ...{ signal, listener: log },
    ...(streams !== undefined && { streams }),
  });
  log.close();
  await writeToStdout([values.json ? `${JSON.stringify(report)}\n` : asText(report)], signal);
}

function asText(report: TextReport): string {
  const { perplexity, loss, events, words, sentences, unknown, leftOut, unknownShare } = report;
  const number = (value: number) => value.toLocaleString('en-US');
  const share = `${(100 * unknownShare).toFixed(2)} %`;
  const treatment = leftOut > 0 ? `left out ${number(leftOut)}` : `${number(unknown)} as <UNK>`;
  return [
    `perplexity  ${perplexity.toFixed(2)}  (${loss.toFixed(4)} nats an event)`,
    `events      ${number(events)}  (${number(events - sentences)} words, ${number(sentences)} ends of sentences)`,
    `unknown     ${share} of ${number(words)} words, ${treatment}`,
    '',
  ].join('\n');
}
