import { z } from 'zod';
import { wholeNumber } from '../../core/options.js';

/** What an index is built and searched with (Malkov & Yashunin 2018, "Efficient and Robust Approximate Nearest Neighbor Search Using HNSW Graphs"). */
export const indexOptions = z.strictObject({
  m: wholeNumber(2, 512)
    .optional()
    .meta({ flag: 'index-m' })
    .describe('Links of a vector in the index, M (16): more for higher recall, and a larger file'),
  efConstruction: wholeNumber(1, 100_000)
    .optional()
    .describe('Candidates when the index is built (200): more for higher recall, and a slower build'),
  efSearch: wholeNumber(1, 1_000_000)
    .default(100)
    .describe('Candidates when the index is searched: more for higher recall, and slower answers'),
});

export type IndexOptions = z.input<typeof indexOptions>;
export const DEFAULT_M = 16;
export const DEFAULT_EF_CONSTRUCTION = 200;
