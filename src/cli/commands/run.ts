import { parse } from 'node:path';
import type { Options } from 'yargs';
import { loadDefinition } from '../../pipeline/definition.js';
import type { CommandCall } from '../command.js';
import {
  ifChangedOption,
  readsStandardInput,
  reportOption,
  resumeOption,
  runsOption,
  setOption,
  withReport,
} from '../definition-operands.js';
import { distributedFlags, executorOptions, withExecutor } from '../executor.js';
import { flagOverrides, scheduleFlags } from '../schedule-flags.js';
import { runTraining } from '../training.js';

export const flags = [...scheduleFlags, ...distributedFlags];

export const options: Readonly<Record<string, Options>> = {
  set: setOption,
  report: reportOption,
  'if-changed': ifChangedOption,
  runs: runsOption,
  resume: resumeOption,
  ...executorOptions,
};

export const bare = ['resume'];

export const examples = [
  ['wordmill run pipelines/quickstart.yaml', 'run a definition'],
  ['zcat corpus.gz | wordmill run job.yaml - --set train.epochs=1', 'its corpus from a pipe, and one epoch'],
  ['wordmill run job.yaml --executor bullmq --redis redis://queue --storage /shared', 'on the workers there'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const [path] = call.operands as [string];
  const load = async () => {
    const definition = await loadDefinition(path, {
      set: (call.values.set as string[] | undefined) ?? [],
      stdin: readsStandardInput(call.operands),
      flags: flagOverrides(flags, call.values),
    });
    return withReport(definition, call.values);
  };
  await withExecutor(call.values, (training) => runTraining(load, parse(path).name, call, training));
}
