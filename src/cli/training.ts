import { WordmillError } from '../core/errors.js';
import { reportPathOf } from '../pipeline/report/report-path.js';
import { runDefinition, type TrainElsewhere } from '../pipeline/run-definition.js';
import { runSummary } from '../pipeline/run-summary.js';
import { failedEarly } from '../pipeline/schedule/metrics-file.js';
import { throughCurrent } from '../pipeline/schedule/output-folder.js';
import type { ResolvedDefinition } from '../pipeline/schema.js';
import type { CommandCall } from './command.js';
import { keepOptions } from './definition-operands.js';
import { flagsOf } from './flags.js';
import { checkStdin } from './inputs.js';
import type { Log } from './log.js';
import { noteSummary } from './summary.js';
import { withinTime } from './time-limit.js';

/**
 * Runs a definition and says at the end what came out.
 *
 * @param load gives the definition
 * @param name what it is called, where it cannot be read
 * @param training reads and trains elsewhere
 */
export async function runTraining(
  load: () => ResolvedDefinition | Promise<ResolvedDefinition>,
  name: string,
  { signal, log, values, argv }: CommandCall,
  training?: TrainElsewhere,
): Promise<void> {
  const keep = keepOptions(values);
  const checked = async (): Promise<ResolvedDefinition> => {
    const definition = await load();
    checkOutputs(definition);
    // What is resumed may need no input any more.
    if (!keep.resume) checkStdin(definition.source);
    return definition;
  };
  const definition = await loadForMetrics(checked, name, values.metrics as string | undefined, log);
  const result = await withinTime(definition.timeout, log, () =>
    runDefinition(definition, { signal, listener: log, ...keep, command: argv, training }),
  );
  const { unchangedSince: since, outputs } = result;
  if (since) {
    const { id: run, ended } = since;
    const message = `nothing has changed since run ${run}, which ended ${ended}: nothing to do`;
    log.note(message, { event: 'unchanged', run, ended, outputs });
    return;
  }
  const shown = throughCurrent(definition);
  noteSummary(log, runSummary(shown, result), reportPathOf(shown));
}

/** A definition that can be run; where there is none, the file of metrics tells of the failure, if its flag is given. */
async function loadForMetrics(
  load: () => Promise<ResolvedDefinition>,
  name: string,
  metrics: string | undefined,
  log: Log,
): Promise<ResolvedDefinition> {
  try {
    return await load();
  } catch (error) {
    if (metrics !== undefined) {
      await failedEarly(metrics, name, (message) => log.warning(message), error).catch(({ message }) =>
        log.warning(message),
      );
    }
    throw error;
  }
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
