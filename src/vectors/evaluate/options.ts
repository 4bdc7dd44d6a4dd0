import { z } from 'zod';
import { wholeNumber } from '../../core/options.js';

const paths = z.union([z.string().min(1), z.array(z.string().min(1))]);

/** How vectors are held against test sets. */
export const scoringOptions = z.strictObject({
  method: z
    .enum(['add', 'multiply'])
    .default('add')
    .describe('How analogies are answered: 3CosAdd or 3CosMul')
    .meta({ flag: 'analogy-method' }),
  restrictVocabulary: wholeNumber(1)
    .default(300_000)
    .describe('Know only so many of the first words; what has others counts as unknown'),
  caseFolding: z
    .boolean()
    .default(true)
    .describe('Compare words in upper case; of several that are then equal, the first counts'),
  unknownAsZero: z
    .boolean()
    .default(false)
    .describe('Count what has unknown words as similarity 0 or a wrong answer, rather than leave it out'),
});

/** Test sets, how they are scored, and the scores that vectors must reach. */
export const evaluateOptions = scoringOptions.extend({
  pairs: paths
    .default([])
    .describe('Files of word pairs with a judged similarity, such as wordsim353.tsv')
    .meta({ flag: 'evaluate-pairs' }),
  analogies: paths
    .default([])
    .describe('Files of analogies, such as questions-words.txt')
    .meta({ flag: 'evaluate-analogies' }),
  minimum: z
    .record(z.string().min(1), z.number())
    .default({})
    .describe(
      'By name of a set (its file without extension), the least score: Spearman correlation or accuracy',
    ),
  everyEpoch: z.boolean().default(false).describe('Evaluate after each epoch too, not only at the end'),
});

/** How vectors are scored; everything has a default. */
export type ScoringOptions = z.input<typeof scoringOptions>;

/** The same with its defaults filled in. */
export type ResolvedScoringOptions = z.output<typeof scoringOptions>;

/** What a pipeline evaluates; everything has a default. */
export type EvaluateOptions = z.input<typeof evaluateOptions>;

/** The same with its defaults filled in. */
export type ResolvedEvaluateOptions = z.output<typeof evaluateOptions>;

/** The paths of an option that is one path or several. */
export function pathsOf(given: string | readonly string[]): readonly string[] {
  return typeof given === 'string' ? [given] : given;
}
