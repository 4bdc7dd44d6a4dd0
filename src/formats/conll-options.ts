import { z } from 'zod';
import { parseOptions, wholeNumber } from '../core/options.js';

const MOST_COLUMNS = 10_000;
const column = () => z.union([wholeNumber(1, MOST_COLUMNS), wholeNumber(-MOST_COLUMNS, -1)]);

/** Which columns of a CoNLL file are read. */
export const conllSchema = z.strictObject({
  tokenColumn: column()
    .default(1)
    .describe('Which column of the CoNLL file has the token: 1 is the first, -1 the last'),
  tagColumn: column()
    .default(-1)
    .describe('Which column of the CoNLL file has the tag: 1 is the first, -1 the last'),
  comments: z
    .boolean()
    .default(false)
    .describe('Take lines that begin with # as comments (not where tokens are hashtags)'),
});

export type ConllOptions = z.infer<typeof conllSchema>;

/** Options with their defaults. @throws WordmillError `usage` for an impossible column. */
export function conllOptions(options: Partial<ConllOptions> = {}): ConllOptions {
  return parseOptions(conllSchema, options, 'columns');
}
