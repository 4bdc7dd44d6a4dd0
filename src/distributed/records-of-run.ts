import type { z } from 'zod';
import { WordmillError } from '../core/errors.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { readVocabulary } from '../formats/vocabulary.js';
import { definitionOf } from './plan-shards.js';
import { vocabularySchema } from './records.js';
import type { StepContext } from './step.js';

/**
 * The record of a step that another step needs.
 *
 * @throws WordmillError `noInput` where that step is not done yet.
 */
export async function recordOf<Schema extends z.ZodType>(
  { storage, signal }: Pick<StepContext, 'storage' | 'signal'>,
  name: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const record = await storage.read(name, schema, signal);
  if (record !== undefined) return record;
  throw new WordmillError('noInput', `the step ${name} of run ${storage.run} is not done yet`, {
    hint: 'Run it first, and this step again.',
  });
}

/** The vocabulary of a run. @throws WordmillError `noInput` where it is not there yet. */
export async function vocabularyOf(context: StepContext): Promise<Vocabulary> {
  const { vocabulary } = await recordOf(context, 'vocabulary', vocabularySchema);
  const path = await context.storage.fetch(vocabulary, context.signal);
  return readVocabulary(path, { unknown: definitionOf(context.plan).vocabulary.unk });
}
