import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { Report } from '../../core/report.js';
import { optionSchema } from '../../pipeline/schema.js';
import { visualize } from '../../vectors/map/visualize.js';
import { visualizeOptions } from '../../vectors/map/visualize-options.js';
import type { CommandCall } from '../command.js';
import { flagsOfSchema, optionsFromFlags } from '../flags.js';

export const flags = flagsOfSchema('map', optionSchema(visualizeOptions));

const OUTPUT: Options = { string: true, requiresArg: true, group: 'Output:' };

export const options: Readonly<Record<string, Options>> = {
  o: { ...OUTPUT, describe: 'The file to write: its name ends in .html, .svg or .png' },
  output: { ...OUTPUT, describe: 'The same' },
};

export const examples = [
  ['wordmill visualize vectors.bin --words 2000 -o map.html', 'a page to look around in'],
  ['wordmill visualize vectors.bin --pairs man:woman,king:queen --method pca -o map.svg', 'arrows for pairs'],
  [
    'wordmill visualize vectors.bin --word-file words.txt --categories categories.tsv -o map.png',
    'some words',
  ],
] as const;

export async function run({ operands, values, signal, log }: CommandCall): Promise<void> {
  const { o, output: spelled, ...given } = values;
  if ((o === undefined) === (spelled === undefined)) {
    throw new WordmillError('usage', o === undefined ? 'the file to write is missing' : 'given twice', {
      place: { key: '-o' },
      hint: 'Such as -o map.html, map.svg or map.png',
    });
  }
  const output = String(o ?? spelled);
  const settings = optionsFromFlags(visualizeOptions, 'map', flags, given);
  const { words } = await visualize(operands[0]!, output, settings, { signal, report: new Report(log) });
  log.close();
  log.note(`${output}: a map of ${words.length.toLocaleString('en-US')} words`, {
    output,
    words: words.length,
  });
}
