import { z } from 'zod';
import { wholeNumber } from '../core/options.js';

const SHAPE =
  'which words predict a word: the last N; N before and N after; the previous one; or one drawn within N words';
const SIZE = 'N, in words: how many for last and around (to either side), how far for nearby';
const PARTIAL = 'last and around: also give windows that the start or the end of a sentence cuts short';

const shape = z.enum(['last', 'around', 'previous', 'nearby']);
const size = wholeNumber(1, 1_000);

/** What is drawn from the text to train on; see docs/sampling.md. */
export const samplingOptions = z.strictObject({
  subsample: z
    .number()
    .min(0)
    .max(1)
    .default(1e-3)
    .describe(
      'Frequency above which words are thinned out (1e-3 as in word2vec.c; 1e-5 to 1e-4 for large corpora); 0 keeps all',
    ),
  subsampleFormula: z
    .enum(['word2vec', 'paper'])
    .default('word2vec')
    .describe('Keep probability: sqrt(t/f) + t/f as in word2vec.c, or sqrt(t/f) as in the 2013 paper'),
  window: wholeNumber(1, 1_000)
    .default(5)
    .describe('How far a window reaches to either side, in words; for glove 15 by default'),
  windowMode: z
    .enum(['dynamic', 'fixed'])
    .default('dynamic')
    .describe('dynamic: reach drawn uniformly from 1 to window at each word; fixed: always the whole window'),
  targets: z
    .union([z.literal('all'), wholeNumber(1, 2_000)])
    .default('all')
    .describe('Skip-gram: all words of a window, or this many drawn from it for each context'),
  symmetric: z
    .boolean()
    .optional()
    .describe(
      'glove: count contexts to both sides, by default; --no-symmetric: those to the right of a word only',
    ),
  memory: wholeNumber(1, 10_000_000)
    .optional()
    .describe(
      'glove: megabytes for counting co-occurrences; past it, counts go to disk and are merged; 2000 by default',
    )
    .meta({ flag: 'cooccurrence-memory' }),
  shape: shape.optional().describe(`nplm: ${SHAPE}; last by default`),
  size: size.optional().describe(`nplm: ${SIZE}; 4 by default`),
  partial: z.boolean().optional().describe(`nplm: ${PARTIAL}`),
});

/** `samplingOptions` with every default filled in. */
export type SamplingOptions = z.infer<typeof samplingOptions>;

/** Windows for language models; see docs/sampling.md. */
export const windowsOptions = z.strictObject({
  shape: shape.default('last').describe(`W${SHAPE.slice(1)}`),
  size: size.default(4).describe(SIZE),
  partial: z.boolean().default(false).describe(PARTIAL),
});

/** `windowsOptions` with every default filled in. */
export type WindowsOptions = z.infer<typeof windowsOptions>;
