import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { Report } from '../../core/report.js';
import { optionSchema } from '../../pipeline/schema.js';
import { indexOptions } from '../../vectors/hnsw/options.js';
import type { Recall } from '../../vectors/hnsw/recall.js';
import type { Similarity } from '../../vectors/similarity.js';
import type { Vectors } from '../../vectors/vectors.js';
import type { CommandCall } from '../command.js';
import { flagsOfSchema, optionsFromFlags } from '../flags.js';

/** Flags of the numbers that an index is built and searched with. */
export const indexFlags = flagsOfSchema('index', optionSchema(indexOptions));

/** `--index` and `--measure-recall`. */
export const indexFileOptions: Readonly<Record<string, Options>> = {
  index: {
    string: true,
    requiresArg: true,
    describe: 'Search approximately, by the HNSW index in this file; where there is none it is built',
  },
  'measure-recall': {
    boolean: true,
    describe: 'Say which share of the true neighbours the index finds; it always is where one is built',
  },
};

/** Makes vectors search by the index that `--index` names, and tells its recall where it is measured. */
export async function useIndexAsked(
  vectors: Vectors,
  { values, signal, log }: CommandCall,
  { similarity }: { readonly similarity?: Similarity } = {},
): Promise<void> {
  if (values.index === undefined) {
    const useless = [...indexFlags.map(({ name }) => name), 'measure-recall'].find((name) => values[name]);
    if (useless === undefined) return;
    throw new WordmillError('usage', 'only an index has this', {
      place: { key: `--${useless}` },
      hint: 'Give --index FILE as well.',
    });
  }
  const path = String(values.index);
  const options = optionsFromFlags(indexOptions, 'index', indexFlags, values);
  const measure = values['measure-recall'] === true;
  const means = { signal, report: new Report(log), ...(similarity && { similarity }) };
  const { built, recall } = await vectors.useIndex(path, { ...options, measure }, means);
  if (built)
    log.note(`${path}: built an index of ${vectors.size.toLocaleString('en-US')} vectors`, { index: path });
  if (recall) log.note(recallLine(path, recall), { index: path, ...recall });
}

function recallLine(path: string, { recall, queries, count }: Recall): string {
  const share = `${(100 * recall).toFixed(1)} %`;
  return `${path}: recall@${count} ${share} against exact search, over ${queries} words`;
}
