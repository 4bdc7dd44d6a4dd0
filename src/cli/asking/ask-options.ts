import type { Options } from 'yargs';
import { Report } from '../../core/report.js';
import { loadVectors } from '../../vectors/load.js';
import type { Similarity } from '../../vectors/similarity.js';
import type { Vectors } from '../../vectors/vectors.js';
import type { CommandCall } from '../command.js';
import type { FlagValues } from '../flags.js';
import { numberOf } from '../numbers.js';

/** The flag `--word-list`, of every command that reads vectors. */
export const wordListOption: Readonly<Record<string, Options>> = {
  'word-list': {
    string: true,
    requiresArg: true,
    describe: 'For vectors without words of their own (.npy): the file that has them, one on each line',
  },
};

/** Flags of every command that asks vectors. */
export const ASK_OPTIONS: Readonly<Record<string, Options>> = {
  json: { boolean: true, describe: 'Write a JSON object on each line' },
  limit: {
    number: true,
    requiresArg: true,
    describe: 'Read only so many rows of the vectors: the first, which are the most frequent words',
  },
  ...wordListOption,
};

/** The flag `-n`. */
export function countOption(describe: string): Readonly<Record<string, Options>> {
  return { n: { number: true, requiresArg: true, defaultDescription: '10', describe } };
}

/** The flag `--similarity`, of which a command may know only some. */
export function similarityOption(
  known: readonly Similarity[] = ['cosine', 'euclidean', 'dot'],
): Readonly<Record<string, Options>> {
  const describe = 'How vectors are compared; euclidean is the distance, negated';
  return { similarity: { requiresArg: true, choices: known, defaultDescription: 'cosine', describe } };
}

/** The vectors that the first operand names. A bar shows how far they are read, on a terminal, until they are. */
export async function vectorsAsked({ operands, values, signal, log }: CommandCall): Promise<Vectors> {
  const limit = numberOf(values, 'limit', { whole: true, least: 1 });
  const listener = process.stderr.isTTY ? log : { warning: (message: string) => log.warning(message) };
  const report = new Report(listener);
  const vectors = await loadVectors(operands[0]!, {
    ...{ signal, report },
    ...(limit !== undefined && { limit }),
    ...wordListOf(values),
  });
  log.close();
  return vectors;
}

/** What `--word-list` says. */
export function wordListOf(values: FlagValues): { readonly wordList?: string } {
  return values['word-list'] === undefined ? {} : { wordList: String(values['word-list']) };
}

/** How many answers `-n` wants. */
export function countOf(values: FlagValues): number {
  return numberOf(values, 'n', { whole: true, least: 1 }) ?? 10;
}

/** What `--similarity` says. */
export function similarityOf<Known extends Similarity>(values: FlagValues): { readonly similarity?: Known } {
  return values.similarity === undefined ? {} : { similarity: values.similarity as Known };
}
