import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { diffRuns } from '../../pipeline/runs/diff-runs.js';
import { findRun } from '../../pipeline/runs/find-run.js';
import type { CommandCall } from '../command.js';
import { diffText } from '../runs/diff-text.js';
import { placeOfRuns, runsOption } from '../runs/place-of-runs.js';
import { writeToStdout } from '../stdout.js';

export const flags = [];

export const options: Readonly<Record<string, Options>> = {
  runs: runsOption,
  json: { boolean: true, describe: 'Write one JSON object' },
};

export const examples = [
  ['wordmill diff 9e63 latest', 'what changed since the run that ends in 9e63'],
] as const;

export async function run({ operands, values }: CommandCall): Promise<void> {
  const root = await placeOfRuns(values);
  const [a, b] = [await findRun(root, operands[0]!), await findRun(root, operands[1]!)];
  const found = await diffRuns(a, b);
  const text = values.json
    ? `${JSON.stringify({ from: a.folder.id, to: b.folder.id, ...found })}\n`
    : diffText(a, b, found);
  await writeToStdout([text]);
  if (found.differ) throw new WordmillError('different', 'the runs differ');
}
