import { z } from 'zod';
import { wholeNumber } from '../../core/options.js';

/** Which words that often stand together become one: `new york` becomes `new_york`. */
export const phraseOptions = z.strictObject({
  passes: wholeNumber(1, 8)
    .default(1)
    .describe(
      'Join phrases in so many passes, each over the result of the one before (new_york, new_york_times)',
    )
    .meta({ flag: 'phrases' }),
  scoring: z
    .enum(['word2phrase', 'npmi', 'pmi'])
    .default('word2phrase')
    .describe(
      'word2phrase: (count(ab) - discount) x words / (count(a) x count(b)); npmi: normalised pointwise mutual information, -1 to 1; pmi: in nats',
    )
    .meta({ flag: 'phrase-scoring' }),
  threshold: z
    .number()
    .optional()
    .describe('Join words whose score is above this (by default word2phrase 100, npmi 0.5, pmi 6)')
    .meta({ flag: 'phrase-threshold' }),
  minCount: wholeNumber(1)
    .default(5)
    .describe('Join only words that stand together so often')
    .meta({ flag: 'phrase-min-count' }),
  discount: z
    .number()
    .min(0)
    .optional()
    .describe('What word2phrase scoring takes off the count of a pair (by default the minimal count)')
    .meta({ flag: 'phrase-discount' }),
  separator: z
    .string()
    .min(1)
    .default('_')
    .describe('What stands between the words of a phrase')
    .meta({ flag: 'phrase-separator' }),
  connectors: z
    .string()
    .default('')
    .describe(
      'Words that may stand inside a phrase but not at its ends and are not counted, such as "of the"',
    )
    .meta({ flag: 'phrase-connectors' }),
  memory: wholeNumber(1, 1_000_000)
    .default(512)
    .describe('Megabytes for counting; past it, the rarest are forgotten, and counts are approximate')
    .meta({ flag: 'phrase-memory' }),
  read: z
    .string()
    .min(1)
    .optional()
    .describe('Join the phrases of this file rather than learn them from the text')
    .meta({ flag: 'read-phrases' }),
  save: z
    .string()
    .min(1)
    .optional()
    .describe('Write the phrases that were learned, with their counts and scores')
    .meta({ flag: 'save-phrases' }),
});

/** Which words become phrases, defaults filled in. */
export type PhraseOptions = z.infer<typeof phraseOptions>;

/** Which words become phrases, with defaults where nothing is said. */
export type PhraseSettings = z.input<typeof phraseOptions>;
