import { loadDefinition } from '../../pipeline/definition.js';
import { describePlan, plan } from '../../pipeline/plan.js';
import type { CommandCall } from '../command.js';
import { flagOverrides, scheduleFlags } from '../schedule-flags.js';
import { writeToStdout } from '../stdout.js';
import { checkOutputs } from '../training.js';
import { options as optionsOfRun } from './run.js';

export const flags = scheduleFlags;

export const options = optionsOfRun;

export const examples = [
  ['wordmill check pipelines/quickstart.yaml', 'what would run, with all defaults'],
] as const;

export async function run({ operands, values, log }: CommandCall): Promise<void> {
  const definition = await loadDefinition(operands[0]!, {
    set: (values.set as string[] | undefined) ?? [],
    flags: flagOverrides(flags, values),
  });
  checkOutputs(definition);
  const planned = await plan(definition);
  for (const warning of planned.warnings) log.warning(warning);
  await writeToStdout([describePlan(planned)]);
}
