import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { runsRoot } from '../../pipeline/runs/runs-root.js';
import type { FlagValues } from '../flags.js';

/** `--runs DIR` of the commands that look at runs. */
export const runsOption: Options = {
  string: true,
  requiresArg: true,
  describe: 'The folder that keeps runs; by default $WORDMILL_RUNS, else ~/.local/state/wordmill/runs',
};

/**
 * The folder of runs that flags, or an operand, name; a folder of outputs keeps its runs in one of its own.
 *
 * @throws WordmillError `usage` where both do; `noInput` where one that is named is not there.
 */
export async function placeOfRuns({ runs }: FlagValues, operand?: string): Promise<string> {
  if (operand !== undefined && runs !== undefined) {
    throw new WordmillError('usage', `the folder of runs is given twice: ${operand} and ${runs}`);
  }
  const given = operand ?? (runs as string | undefined);
  const root = runsRoot(given)!.path;
  if (given === undefined) return root;
  if (!(await isFolder(root))) {
    throw new WordmillError('noInput', 'there is no such folder', { place: { file: given } });
  }
  const inside = join(root, 'runs');
  return (await isFolder(inside)) ? inside : root;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
