import { readFile } from 'node:fs/promises';
import type { Options } from 'yargs';
import { explainRun } from '../../pipeline/runs/explain-run.js';
import { findRun } from '../../pipeline/runs/find-run.js';
import type { CommandCall } from '../command.js';
import { placeOfRuns, runsOption } from '../runs/place-of-runs.js';
import { showText } from '../runs/show-text.js';
import { writeToStdout } from '../stdout.js';

export const flags = [];

export const options: Readonly<Record<string, Options>> = {
  runs: runsOption,
  verify: { boolean: true, describe: 'Check the outputs by their bytes, not by size and time alone' },
  'print-definition': { boolean: true, describe: 'Write the definition that it ran by (YAML) and stop' },
  json: { boolean: true, describe: 'Write one JSON object: the manifest, and what has become of it' },
};

export const examples = [
  ['wordmill show latest', 'the newest run'],
  ['wordmill show 9e63 --verify', 'whether its outputs are still what it wrote'],
  ['wordmill show latest --print-definition > again.yaml', 'to run it again'],
] as const;

export async function run({ operands, values }: CommandCall): Promise<void> {
  const found = await findRun(await placeOfRuns(values), operands[0]!);
  if (values['print-definition']) {
    return writeToStdout([await readFile(found.folder.definitionPath, 'utf8')]);
  }
  const explained = await explainRun(found, { verify: values.verify === true });
  await writeToStdout([values.json ? `${JSON.stringify(explained)}\n` : showText(explained)]);
}
