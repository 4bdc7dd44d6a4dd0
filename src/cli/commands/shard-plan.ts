import type { Options } from 'yargs';
import { definitionOf, planRun, planShards } from '../../distributed/plan-shards.js';
import type { RunPlan } from '../../distributed/records.js';
import { loadDefinition } from '../../pipeline/definition.js';
import type { CommandCall } from '../command.js';
import { setOption } from '../definition-operands.js';
import { flagsOf } from '../flags.js';
import { storageOptions, withStorage } from '../run-in-storage.js';
import { flagOverrides } from '../schedule-flags.js';
import { writeToStdout } from '../stdout.js';

export const flags = flagsOf('distributed');

export const options: Readonly<Record<string, Options>> = { set: setOption, ...storageOptions };

export const examples = [
  [
    'wordmill shard plan job.yaml --storage /shared/wordmill --run june',
    'plan a run; prints how many shards and rounds it has',
  ],
  ['wordmill shard plan job.yaml --shards 16', 'show the plan (JSON), and store nothing'],
] as const;

export async function run(call: CommandCall): Promise<void> {
  const { values, operands, signal, log } = call;
  const definition = await loadDefinition(operands[0]!, {
    set: (values.set as string[] | undefined) ?? [],
    flags: flagOverrides(flags, values),
  });
  if (Object.keys(storageOptions).every((flag) => values[flag] === undefined)) {
    const plan = await planShards(definition, { signal });
    await writeToStdout([`${JSON.stringify(plan, undefined, 2)}\n`], signal);
    return;
  }
  const plan = await withStorage(call, (storage) => planRun(storage, definition, signal));
  log.note(`run ${values.run}: ${describePlan(plan)}`);
  await writeToStdout([`${plan.shards.length} ${roundsOf(plan)}\n`], signal);
}

/** Rounds of training in all; GloVe trains on the cells of all shards together, in none. */
function roundsOf(plan: RunPlan): number {
  const { train } = definitionOf(plan);
  return train.model === 'glove' ? 0 : train.epochs * plan.roundsPerEpoch;
}

function describePlan({ shards, inputs }: RunPlan): string {
  const files = Object.keys(inputs).length;
  const bytes = shards.flat().reduce((sum, { start, end }) => sum + end - start, 0);
  const number = (value: number): string => value.toLocaleString('en-US');
  return `${number(bytes)} bytes in ${number(files)} ${files === 1 ? 'file' : 'files'}, ${number(shards.length)} ${shards.length === 1 ? 'shard' : 'shards'}`;
}
