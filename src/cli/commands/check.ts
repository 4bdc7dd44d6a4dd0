import type { Options } from 'yargs';
import { WordmillError } from '../../core/errors.js';
import { refuseUndistributable } from '../../distributed/refuse-undistributable.js';
import { loadDefinition } from '../../pipeline/definition.js';
import { describeEstimate } from '../../pipeline/estimate/describe-estimate.js';
import { estimate } from '../../pipeline/estimate/estimate.js';
import { refuseWhatDoesNotFit } from '../../pipeline/estimate/refuse.js';
import { describePlan, plan } from '../../pipeline/plan.js';
import { runsRoot } from '../../pipeline/runs/runs-root.js';
import type { CommandCall } from '../command.js';
import { isDistributed } from '../executor.js';
import { flagOverrides } from '../schedule-flags.js';
import { writeToStdout } from '../stdout.js';
import { checkOutputs } from '../training.js';
import { flags as flagsOfRun, options as optionsOfRun } from './run.js';

export const flags = flagsOfRun;

export const options: Readonly<Record<string, Options>> = {
  ...optionsOfRun,
  estimate: {
    boolean: true,
    describe:
      'Sample the text, and predict tokens, vocabulary, memory, disk and time; fail where it would not fit',
  },
  json: { boolean: true, describe: 'Write the estimate as one JSON object, and nothing else' },
};

export const examples = [
  ['wordmill check pipelines/quickstart.yaml', 'what would run, with all defaults'],
  ['wordmill check job.yaml --estimate', 'and how long it would take, how much memory and disk'],
] as const;

export async function run({ operands, values, log, signal }: CommandCall): Promise<void> {
  if (values.json && !values.estimate) {
    throw new WordmillError('usage', 'has an effect on an estimate only', {
      place: { key: '--json' },
      hint: 'Give --estimate too; a plan is YAML.',
    });
  }
  const definition = await loadDefinition(operands[0]!, {
    set: (values.set as string[] | undefined) ?? [],
    flags: flagOverrides(flags, values),
  });
  checkOutputs(definition);
  if (isDistributed(values)) refuseUndistributable(definition);
  const planned = await plan(definition);
  for (const warning of planned.warnings) log.warning(warning);
  if (!values.json) await writeToStdout([describePlan(planned)]);
  if (values.estimate) {
    const estimated = await estimate(definition, {
      signal,
      runs: runsRoot(values.runs as string | false | undefined)?.path,
    });
    const lines = describeEstimate(estimated)
      .map((line) => `# ${line}\n`)
      .join('');
    await writeToStdout([values.json ? `${JSON.stringify(estimated)}\n` : lines]);
    await refuseWhatDoesNotFit(estimated, (message) => log.warning(message));
  }
}
