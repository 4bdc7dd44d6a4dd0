import { WordmillError } from '../core/errors.js';
import { quantity } from '../core/quantity.js';
import type { RunResult } from '../core/run.js';
import type { TrainedVectors } from '../core/vectors.js';
import { reportPathOf } from '../pipeline/report/report-path.js';
import { runDefinition } from '../pipeline/run-definition.js';
import { runsRoot } from '../pipeline/runs/runs-root.js';
import type { ResolvedDefinition } from '../pipeline/schema.js';
import type { CommandCall } from './command.js';
import { flagsOf } from './flags.js';
import { checkStdin } from './inputs.js';
import { noteSummary, type Summary } from './summary.js';
import { withinTime } from './time-limit.js';

/** Runs a definition and says at the end what came out. */
export async function runTraining(
  definition: ResolvedDefinition,
  { signal, log, values, argv }: CommandCall,
): Promise<void> {
  checkOutputs(definition);
  checkStdin(definition.source);
  const runs = runsRoot(values.runs as string | false | undefined);
  const result = await withinTime(definition.timeout, log, () =>
    runDefinition(definition, { signal, listener: log, runs, command: argv }),
  );
  noteSummary(log, summarise(definition, result), reportPathOf(definition));
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

function summarise(
  { source, sinks }: ResolvedDefinition,
  { last, report }: RunResult<TrainedVectors>,
): Summary {
  const outputs = sinks.map((sink) => Object.values(sink)[0]!);
  const { vocabulary, summary } = last!;
  const { words, seconds, lossByEpoch, validationLossByEpoch, bestEpoch, engine, threads } = summary;
  const kept = bestEpoch ?? lossByEpoch.length;
  const heldOutLoss = validationLossByEpoch?.[kept - 1];
  const wordsPerSecond = seconds > 0 ? words / seconds : 0;
  const loss = lossByEpoch[kept - 1];
  const dropped = Object.entries(report.stages).flatMap(([stage, { dropped }]) =>
    Object.entries(dropped).map(
      ([reason, count]) => `${stage}: left out ${count.toLocaleString('en-US')} ${reason}`,
    ),
  );
  const { replacedSequences = 0, nulBytes = 0 } = report.stages.source?.counts ?? {};
  const repaired = [
    [replacedSequences, 'sequences that are not UTF-8, replaced by U+FFFD'],
    [nulBytes, 'NUL bytes, made spaces'],
  ].flatMap(([count, what]) => (count ? [`source: ${count.toLocaleString('en-US')} ${what}`] : []));
  const unit = summary.unit ?? (source.pairs === undefined ? 'words' : 'pairs');
  const lines = [
    `vocabulary: ${vocabulary.size.toLocaleString('en-US')} words`,
    `trained: ${quantity(words, unit)} in ${seconds.toFixed(1)} s, ${quantity(wordsPerSecond, unit)}/s ` +
      `(${engine}, ${threads} thread${threads === 1 ? '' : 's'})${loss ? `, loss ${loss.toFixed(4)}` : ''}` +
      (heldOutLoss === undefined ? '' : `, held-out loss ${heldOutLoss.toFixed(4)}`) +
      (bestEpoch === undefined ? '' : ` (epoch ${bestEpoch} of ${lossByEpoch.length}, the best)`),
    ...repaired,
    ...dropped,
    `wrote: ${outputs.join(', ')}`,
  ];
  const fields = {
    event: 'done',
    vocabulary: vocabulary.size,
    ...summary,
    wordsPerSecond,
    outputs,
    stages: report.stages,
  };
  return { summary: lines.join('\n'), fields };
}
