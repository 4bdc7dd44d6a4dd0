import { z } from 'zod';
import { wholeNumber } from '../../core/options.js';
import { projectionOptions } from '../projection/options.js';

/** What a map of words shows, and how words are placed on it. */
export const mapOptions = z.strictObject({
  words: wholeNumber(1, 100_000)
    .default(2_000)
    .describe('How many words: the first of the file, which most files sort by count'),
  ...projectionOptions.pick({
    method: true,
    perplexity: true,
    iterations: true,
    seed: true,
    threads: true,
  }).shape,
  neighbours: wholeNumber(1, 100)
    .default(10)
    .describe('How many nearest words are kept for each word, by cosine in all dimensions'),
  clusters: wholeNumber(1, 100).default(12).describe('How many clusters words are put into'),
  color: z
    .enum(['cluster', 'frequency', 'category'])
    .optional()
    .describe('What colours tell (the HTML page can switch); cluster by default, category with --categories'),
});

/** `mapOptions` as a caller gives them. */
export type MapOptions = z.input<typeof mapOptions>;

/** `mapOptions` with the defaults filled in. */
export type MapSettings = z.output<typeof mapOptions>;
