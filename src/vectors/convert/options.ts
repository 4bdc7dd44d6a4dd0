import { z } from 'zod';
import { wholeNumber } from '../../core/options.js';
import { VECTOR_WRITERS, type WritableFormat } from '../../formats/vector-writers.js';

const formats = Object.keys(VECTOR_WRITERS) as [WritableFormat, ...WritableFormat[]];

/** How vectors are converted. */
export const convertOptions = z.strictObject({
  to: z
    .enum(formats)
    .optional()
    .describe('The format to write; by default what the ending of its name stands for'),
  top: wholeNumber(1).optional().describe('Take the first rows only, as many as this'),
  unitLength: z.boolean().default(false).describe('Make every vector 1 long (Euclidean)'),
  dtype: z
    .enum(['f16', 'f32'])
    .optional()
    .describe('How numbers are stored, where the format has a choice: float16 or float32'),
  escapeWords: z
    .boolean()
    .default(false)
    .describe(
      'Write words that the format cannot carry with their spaces as U+2581, rather than refuse them',
    ),
  wordList: z
    .string()
    .min(1)
    .optional()
    .describe('For input without words of its own: the file that has them, one on each line'),
});
export type ConvertOptions = z.input<typeof convertOptions>;
