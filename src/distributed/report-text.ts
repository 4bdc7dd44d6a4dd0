import pLimit from 'p-limit';
import type { Report, StageCounts } from '../core/report.js';
import { definitionOf } from './plan-shards.js';
import { ingestSchema, type VocabularyRecord, vocabularySchema } from './records.js';
import { recordOf } from './records-of-run.js';
import type { StepContext } from './step.js';

const READ_AT_ONCE = 8;

/**
 * Tells a report what reading the text of a run counted and left out on all machines together, as a local run tells it.
 *
 * @throws WordmillError `noInput` where its text has not been read to the end; what the storage throws.
 */
export async function reportText(context: StepContext, report: Report): Promise<VocabularyRecord> {
  const vocabulary = await recordOf(context, 'vocabulary', vocabularySchema);
  const limit = pLimit(READ_AT_ONCE);
  const shards = await limit.map([...context.plan.shards.keys()], (shard) =>
    recordOf(context, `ingest-${shard}`, ingestSchema),
  );
  for (const { stages } of shards) report.restore({ stages, inputs: [] });
  const { unk, read } = definitionOf(context.plan).vocabulary;
  report.restore({ stages: { vocabulary: countsOf(vocabulary, unk, read !== undefined) }, inputs: [] });
  const { words, types } = vocabulary;
  report.note(`vocabulary: ${grouped(words)} words of ${grouped(types)}`);
  return vocabulary;
}

function countsOf(record: VocabularyRecord, unk: 'drop' | 'token', given: boolean): StageCounts {
  const { tokens, types, words, known, belowMinCount, pastMaxSize, literals } = record;
  const reasons = {
    'below minCount': belowMinCount,
    'past maxSize': pastMaxSize,
    ...(given && { 'not in the vocabulary file': tokens - known - literals }),
    'the literal <UNK>': literals,
  };
  const left = Object.entries(reasons).filter(([, amount]) => amount > 0);
  const counts = { tokens, types, 'kept words': words, 'kept tokens': known };
  if (unk === 'drop') return { counts, dropped: Object.fromEntries(left) };
  const unknown = left.reduce((sum, [, amount]) => sum + amount, 0);
  return { counts: { ...counts, ...(unknown > 0 && { 'tokens as <UNK>': unknown }) }, dropped: {} };
}

function grouped(number: number): string {
  return number.toLocaleString('en-US');
}
