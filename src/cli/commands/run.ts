import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { loadDefinition } from '../../pipeline/definition.js';
import type { CommandCall } from '../command.js';
import { runTraining } from '../training.js';

export const flags = [];

export const options: Readonly<Record<string, Options>> = {
  set: {
    array: true,
    string: true,
    requiresArg: true,
    describe:
      'Replace a key of the definition, such as train.epochs=1; null takes the key out; may be repeated',
  },
};

export const examples = [
  ['wordmill run pipelines/quickstart.yaml', 'run a definition'],
  ['zcat corpus.gz | wordmill run job.yaml - --set train.epochs=1', 'its corpus from a pipe, and one epoch'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const [path, input] = call.operands as [string, string?];
  if (input !== undefined && input !== '-') {
    throw new WordmillError(
      'usage',
      `after the definition only - (standard input) can follow, not ${input}`,
      {
        hint: `Other files: --set source.files=${input}`,
      },
    );
  }
  const definition = await loadDefinition(path, {
    set: (call.values.set as string[] | undefined) ?? [],
    stdin: input === '-',
  });
  await runTraining(definition, call);
}
