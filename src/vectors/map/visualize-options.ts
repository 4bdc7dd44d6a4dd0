import { z } from 'zod';
import { wholeNumber } from '../../core/options.js';
import { mapOptions } from './options.js';
import { pictureOptions } from './picture-options.js';

/** How a file of vectors becomes a map in a file. */
export const visualizeOptions = z.strictObject({
  ...mapOptions.shape,
  wordFile: z
    .string()
    .min(1)
    .optional()
    .describe('Show the words of this file, one a line, rather than the first'),
  limit: wholeNumber(1).optional().describe('Read so many vectors at most'),
  wordList: z
    .string()
    .min(1)
    .optional()
    .describe('For vectors without words of their own (.npy): the file that has them, one on each line'),
  pairs: z.string().min(1).optional().describe('Pairs to join by arrows: man:woman,king:queen'),
  categories: z
    .string()
    .min(1)
    .optional()
    .describe('A file of categories to colour by: a word, a tab and its category on each line'),
  ...pictureOptions.shape,
});

/** `visualizeOptions` as a caller gives them. */
export type VisualizeOptions = z.input<typeof visualizeOptions>;
