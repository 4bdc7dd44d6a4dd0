import { WordmillError } from '../core/errors.js';
import { reportPathOf } from '../pipeline/report/report-path.js';
import { runDefinition } from '../pipeline/run-definition.js';
import { runSummary } from '../pipeline/run-summary.js';
import { throughCurrent } from '../pipeline/schedule/output-folder.js';
import type { ResolvedDefinition } from '../pipeline/schema.js';
import type { CommandCall } from './command.js';
import { keepOptions } from './definition-operands.js';
import { flagsOf } from './flags.js';
import { checkStdin } from './inputs.js';
import { noteSummary } from './summary.js';
import { withinTime } from './time-limit.js';

/** Runs a definition and says at the end what came out. */
export async function runTraining(
  definition: ResolvedDefinition,
  { signal, log, values, argv }: CommandCall,
): Promise<void> {
  checkOutputs(definition);
  checkStdin(definition.source);
  const keep = keepOptions(values);
  const result = await withinTime(definition.timeout, log, () =>
    runDefinition(definition, { signal, listener: log, ...keep, command: argv }),
  );
  const shown = throughCurrent(definition);
  noteSummary(log, runSummary(shown, result), reportPathOf(shown));
}

/**
 * Refuses a run that would throw away what it learns.
 *
 * @throws WordmillError `usage`, naming the outputs that there are.
 */
export function checkOutputs({ sinks }: ResolvedDefinition): void {
  if (sinks.length > 0) return;
  const flags = flagsOf('sinks').map(({ name }) => `--${name} FILE`);
  throw new WordmillError('usage', 'no output is given, so nothing would be kept', {
    hint: `Give at least one of ${flags.join(', ')}, or sinks in the definition.`,
  });
}
