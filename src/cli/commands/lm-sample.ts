import { setImmediate } from 'node:timers/promises';
import type { Options } from 'yargs';
import { throwIfAborted } from '../../core/errors.js';
import { Report } from '../../core/report.js';
import { wordsFor } from '../../pipeline/language-model-use.js';
import { LanguageModel } from '../../train/tensorflow/language-model/language-model.js';
import type { SampleOptions } from '../../train/tensorflow/language-model/sample.js';
import { SENTENCE_END } from '../../train/tensorflow/language-model/stream.js';
import type { CommandCall } from '../command.js';
import { numberOf } from '../numbers.js';
import { writeToStdout } from '../stdout.js';
import { requireNativeOption } from '../tensorflow-options.js';

export const flags = [];

const numeral = (describe: string, defaultDescription: string): Options => ({
  ...{ number: true, requiresArg: true, describe, defaultDescription },
});

export const options: Readonly<Record<string, Options>> = {
  prompt: {
    string: true,
    requiresArg: true,
    describe: 'Text that comes before, split as the model knows it',
  },
  temperature: numeral('1 draws as the model predicts, less prefers the likely, 0 takes the likeliest', '1'),
  length: numeral('Words to draw, ends of sentences included', '50'),
  count: numeral('How many texts', '1'),
  seed: numeral('Seed of the draws; the next text takes the next seed', '1'),
  unknown: { boolean: true, describe: 'Whether <UNK> may be drawn (--no-unknown: not)' },
  json: { boolean: true, describe: 'Write a JSON object for each text' },
  'require-native': requireNativeOption,
};

export const examples = [
  ['wordmill lm sample out/lm --prompt "the people" --length 20', 'go on after these words'],
  ['wordmill lm sample out/lm --count 5 --temperature 0.7 --no-unknown', 'five texts, likelier words'],
] as const;

export async function run({ operands, values, signal, log }: CommandCall): Promise<void> {
  const count = numberOf(values, 'count', { whole: true, least: 1 }) ?? 1;
  const seed = numberOf(values, 'seed', { whole: true, least: 0, most: 0xffff_ffff }) ?? 1;
  const temperature = numberOf(values, 'temperature', { least: 0, most: 1_000 });
  const length = numberOf(values, 'length', { whole: true, least: 1, most: 10_000_000 });
  const model = await LanguageModel.load(operands[0]!, {
    requireNative: values['require-native'] === true,
    report: new Report(log),
  });
  const prompt = values.prompt === undefined ? [] : await wordsFor(model, String(values.prompt));
  const shared: SampleOptions = {
    ...{ prompt, unknown: values.unknown !== false },
    ...(temperature !== undefined && { temperature }),
    ...(length !== undefined && { length }),
  };
  async function* texts(): AsyncGenerator<string> {
    for (let index = 0; index < count; index++) {
      const own = (seed + index) % 0x1_0000_0000;
      const words: string[] = [];
      for (const word of model.sample({ ...shared, seed: own })) {
        words.push(word);
        // A turn of the event loop, in which a signal can arrive.
        await setImmediate();
        throwIfAborted(signal);
      }
      const text = textOf([...prompt, ...words]);
      yield values.json ? `${JSON.stringify({ prompt, words, text, seed: own })}\n` : `${text}\n`;
    }
  }
  await writeToStdout(texts(), signal);
}

/** Words with spaces between them, a sentence on each line. */
function textOf(words: readonly string[]): string {
  const sentences: string[][] = [[]];
  for (const word of words) {
    if (word === SENTENCE_END) sentences.push([]);
    else sentences.at(-1)!.push(word);
  }
  return sentences
    .map((sentence) => sentence.join(' '))
    .join('\n')
    .trimEnd();
}
