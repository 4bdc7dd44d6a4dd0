import { z } from 'zod';
import { wholeNumber } from '../core/options.js';
import { MOST_BYTES } from './hash-set.js';

/** Which units (lines, paragraphs, records) go on. They are tried in the order of these options. */
export const filterOptions = z.strictObject({
  skip: wholeNumber(1).optional().describe('Leave out so many units at the start'),
  sampleShare: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('Keep this share of the units, each drawn by its number and the draw seed alone'),
  minCharacters: wholeNumber(1).optional().describe('Leave out units with fewer characters'),
  maxCharacters: wholeNumber(1).optional().describe('Leave out units with more characters'),
  minWords: wholeNumber(1).optional().describe('Leave out units with fewer words, as white space parts them'),
  maxWords: wholeNumber(1).optional().describe('Leave out units with more words'),
  script: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe(
      "Keep units whose letters are of this script by Unicode's name, such as Latin; several with commas between",
    ),
  scriptShare: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('How large a share of the letters has to be of the script (by default 0.7)'),
  match: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Keep units in which this regular expression (JavaScript, flag u) matches; (?i) at its start: in any case',
    ),
  exclude: z.string().min(1).optional().describe('Leave out units in which this regular expression matches'),
  unique: z.boolean().optional().describe('Leave out units that were there before, byte for byte'),
  uniqueMemory: wholeNumber(1, Math.ceil(MOST_BYTES / 1e6))
    .optional()
    .describe(
      'Megabytes for remembering units (by default 1024: some 53 million); past them, no more are remembered',
    ),
  limit: wholeNumber(1).optional().describe('Stop reading after so many units have been kept'),
  shuffleBuffer: wholeNumber(2, 100_000_000)
    .optional()
    .describe('Shuffle: each unit that goes on is drawn from so many in memory'),
  drawSeed: wholeNumber(0, 2 ** 32 - 1)
    .optional()
    .describe('The seed of the sample and of shuffling (by default 1)'),
  rejected: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Write what sources and filters leave out to this file: JSON lines with source, line, reason and text',
    ),
});

/** Which units go on. */
export type FilterOptions = z.infer<typeof filterOptions>;

export const DEFAULT_SCRIPT_SHARE = 0.7;
export const DEFAULT_UNIQUE_MEMORY = 1024;
export const DEFAULT_DRAW_SEED = 1;
