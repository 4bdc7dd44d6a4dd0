import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { setUpTensorFlow, type TensorFlowDiagnosis } from '../../pipeline/diagnose-tensorflow.js';
import { buildNativeEngine, type Diagnosis, diagnose } from '../../pipeline/diagnosis.js';
import type { CommandCall } from '../command.js';
import { writeToStdout } from '../stdout.js';

export const flags = [];

export const options: Readonly<Record<string, Options>> = {
  fix: {
    boolean: true,
    describe: 'Build the native engine and set TensorFlow up where they are missing, then look',
  },
  json: { boolean: true, describe: 'Write one JSON object' },
};

export const examples = [
  [
    'wordmill doctor --fix',
    'after an installation that could not build the native engine; sets TensorFlow up as well',
  ],
] as const;

export async function run({ values }: CommandCall): Promise<void> {
  const built = !values.fix || (await buildNativeEngine());
  const setUp = !values.fix || (await setUpTensorFlow());
  const diagnosis = await diagnose();
  await writeToStdout([values.json ? `${JSON.stringify(diagnosis)}\n` : describe(diagnosis)]);
  if (diagnosis.engines.every(({ unavailable }) => unavailable !== undefined)) {
    throw new WordmillError('unavailable', 'no engine can train here');
  }
  if (!built) throw new WordmillError('unavailable', 'the native engine could not be built; see above');
  if (!setUp) throw new WordmillError('unavailable', "TensorFlow's library could not be set up; see above");
}

function describe({
  node,
  platform,
  engines,
  instructionSets,
  tensorflow,
  models,
  advice,
}: Diagnosis): string {
  const lines = [
    `node          ${node}, ${platform}`,
    ...engines.map(({ name, unavailable }) => {
      const state = unavailable === undefined ? 'runs' : `does not run: ${unavailable}`;
      return `engine        ${name}: ${state.replaceAll('\n', '\n              ')}`;
    }),
    `instructions  ${instructionSets.join(', ') || 'none (the native engine does not run)'}`,
    `tensorflow    ${describeTensorFlow(tensorflow).replaceAll('\n', '\n              ')}`,
    `models        ${models.replaceAll('; ', '\n              ')}`,
    ...advice.map((line) => `to do         ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

const BACKENDS = { tensorflow: 'native library', wasm: 'WebAssembly', cpu: 'plain JavaScript' };

function describeTensorFlow({ backend, version, path, problem }: TensorFlowDiagnosis): string {
  const runs = backend ? `${BACKENDS[backend]}${version ? ` ${version}, ${path}` : ''}` : 'does not run';
  return problem === undefined ? runs : `${runs}: ${problem}`;
}
