import { z } from 'zod';

/** Where text comes from. */
export const sourceOptions = z.strictObject({
  files: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe('Files, folders or glob patterns to read; gzip, zstd, bzip2 and xz are recognised by content')
    .meta({ hidden: true }),
  stdin: z.boolean().optional().describe('Read the corpus from standard input').meta({ hidden: true }),
  unit: z
    .enum(['lines', 'paragraphs'])
    .default('lines')
    .describe('What a sentence of training is: a line, or the lines up to the next blank line'),
  strictUtf8: z
    .boolean()
    .default(false)
    .describe('Stop at invalid UTF-8, naming file and byte, rather than replace it by U+FFFD and count it'),
});

/** Where text comes from, all defaults filled in. */
export type SourceOptions = z.infer<typeof sourceOptions>;
