import { counted, quantity } from '../core/quantity.js';
import type { RunResult } from '../core/run.js';
import type { TrainedVectors } from '../core/vectors.js';
import type { LogFields } from './log/log.js';
import type { ResolvedDefinition } from './schema.js';

/** What a run came to, for people and for programs. */
export interface Summary {
  readonly summary: string;
  readonly fields: LogFields;
}

/** What the end of a run says: the vocabulary, the training, what was repaired and left out, the files. */
export function runSummary(
  { source, filter, sinks }: ResolvedDefinition,
  { last, report }: Pick<RunResult<TrainedVectors>, 'last' | 'report'>,
): Summary {
  const outputs = [...sinks.map((sink) => Object.values(sink)[0]!), filter?.rejected ?? []].flat();
  const { vocabulary, summary } = last!;
  const { words, seconds, lossByEpoch, validationLossByEpoch, bestEpoch, engine, threads, shards } = summary;
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
  const sharedOut = shards === undefined ? counted(threads, 'thread') : counted(shards, 'shard');
  const lines = [
    `vocabulary: ${vocabulary.size.toLocaleString('en-US')} words`,
    `trained: ${quantity(words, unit)} in ${seconds.toFixed(1)} s, ${quantity(wordsPerSecond, unit)}/s ` +
      `(${engine}, ${sharedOut})${loss ? `, loss ${loss.toFixed(4)}` : ''}` +
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
