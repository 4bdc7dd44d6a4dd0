import type { Options } from 'yargs';
import { WordmillError } from '../core/errors.js';

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
