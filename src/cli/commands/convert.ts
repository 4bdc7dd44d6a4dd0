import { WordmillError } from '../../core/errors.js';
import { Report } from '../../core/report.js';
import { optionSchema } from '../../pipeline/schema.js';
import { convertVectors } from '../../vectors/convert/convert.js';
import { convertOptions } from '../../vectors/convert/options.js';
import type { CommandCall } from '../command.js';
import { flagsOfSchema, optionsFromFlags } from '../flags.js';

export const flags = flagsOfSchema('convert', optionSchema(convertOptions));

export const examples = [
  ['wordmill convert glove.6B.300d.txt glove.bin', 'GloVe text to word2vec binary'],
  ['wordmill convert cc.en.300.vec.gz english.bin --top 200000', 'the first 200,000 rows'],
  ['wordmill convert vectors.bin vectors.txt --to glove --unit-length', 'vectors of length 1, as text'],
] as const;

export async function run({ operands, values, signal, log }: CommandCall): Promise<void> {
  const [input, output] = operands as [string, string];
  if (output === '-') {
    throw new WordmillError('usage', 'the output is read back to check it, so it needs the name of a file');
  }
  const options = optionsFromFlags(convertOptions, 'convert', flags, values);
  const { rows, dimensions, from, to } = await convertVectors(input, output, options, {
    ...{ signal, report: new Report(log) },
  });
  log.close();
  const size = { rows, dimensions };
  log.note(
    `${output}: ${rows.toLocaleString('en-US')} vectors of ${dimensions}, ${from} to ${to}, read back and equal`,
    {
      ...{ output, from, to, ...size },
    },
  );
}
