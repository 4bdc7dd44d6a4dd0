import type { Options } from 'yargs';
import { WordmillError } from '../core/errors.js';
import type { FlagValues } from './flags.js';

/** `--set` of the commands that take a definition. */
export const setOption: Options = {
  array: true,
  string: true,
  requiresArg: true,
  describe:
    'Replace a key of the definition, such as train.epochs=1; null takes the key out; may be repeated',
};

/** `--report FILE` and `--no-report`, in the place of the definition's key. */
export const reportOption: Options = {
  string: true,
  requiresArg: true,
  describe: 'Where the page that tells how the run went is written (--no-report: nowhere)',
};

/** `--runs DIR` and `--no-runs`. */
export const runsOption: Options = {
  string: true,
  requiresArg: true,
  describe:
    'The folder that keeps what runs ran by and what came of them (--no-runs: keep nothing); by default $WORDMILL_RUNS, else ~/.local/state/wordmill/runs',
};

/** A definition whose report page is where the flags say, if they do. */
export function withReport<T extends { readonly report?: string | false | undefined }>(
  definition: T,
  { report }: FlagValues,
): T {
  return report === undefined ? definition : { ...definition, report: report as string | false };
}

/**
 * Whether `-` follows the definition: the corpus then comes from standard input.
 *
 * @throws WordmillError `usage` where anything else follows.
 */
export function readsStandardInput([, input]: readonly string[]): boolean {
  if (input === undefined || input === '-') return input === '-';
  throw new WordmillError('usage', `after the definition only - (standard input) can follow, not ${input}`, {
    hint: `Other files: --set source.files=${input}`,
  });
}
