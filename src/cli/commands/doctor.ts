import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { buildNativeEngine, type Diagnosis, diagnose } from '../../pipeline/diagnosis.js';
import type { CommandCall } from '../command.js';
import { writeToStdout } from '../stdout.js';

export const flags = [];

export const options: Readonly<Record<string, Options>> = {
  fix: { boolean: true, describe: 'Build the native engine where it is missing, then look' },
  json: { boolean: true, describe: 'Write one JSON object' },
};

export const examples = [
  ['wordmill doctor --fix', 'after an installation that could not build the native engine'],
] as const;

export async function run({ values }: CommandCall): Promise<void> {
  const fixed = !values.fix || (await buildNativeEngine());
  const diagnosis = diagnose();
  await writeToStdout([values.json ? `${JSON.stringify(diagnosis)}\n` : describe(diagnosis)]);
  if (diagnosis.engines.every(({ unavailable }) => unavailable !== undefined)) {
    throw new WordmillError('unavailable', 'no engine can train here');
  }
  if (!fixed) throw new WordmillError('unavailable', 'the native engine could not be built; see above');
}

function describe({ node, platform, engines, instructionSets, models, advice }: Diagnosis): string {
  const lines = [
    `node          ${node}, ${platform}`,
    ...engines.map(({ name, unavailable }) => {
      const state = unavailable === undefined ? 'runs' : `does not run: ${unavailable}`;
      return `engine        ${name}: ${state.replaceAll('\n', '\n              ')}`;
    }),
    `instructions  ${instructionSets.join(', ') || 'none (the native engine does not run)'}`,
    `models        ${models.replaceAll('; ', '\n              ')}`,
    ...advice.map((line) => `to do         ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}
