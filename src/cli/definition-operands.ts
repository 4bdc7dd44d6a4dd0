import type { Options } from 'yargs';
import { WordmillError } from '../core/errors.js';
import type { RunDefinitionOptions } from '../pipeline/run-definition.js';
import { runsRoot } from '../pipeline/runs/runs-root.js';
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

/** `--resume` and `--resume=ID`. */
export const resumeOption: Options = {
  string: true,
  describe:
    'Go on with the newest run that writes the same files, if it did not come to its end; --resume=ID: with that one',
};

/** `--if-changed` */
export const ifChangedOption: Options = {
  boolean: true,
  describe:
    'Do nothing where nothing has changed since the last run that wrote these files: definition, inputs, outputs, version',
};

/** Where runs are kept, which is to go on, and whether there has to be a change, as flags say. */
export function keepOptions({
  runs,
  resume,
  'if-changed': ifChanged,
}: FlagValues): Pick<RunDefinitionOptions, 'runs' | 'resume' | 'ifChanged'> {
  return {
    runs: runsRoot(runs as string | false | undefined),
    ifChanged: ifChanged === true,
    ...(resume !== undefined && { resume: resume === '' || (resume as string | false) }),
  };
}

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
