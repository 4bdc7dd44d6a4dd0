import { z } from 'zod';
import { MOST_EXPANSION } from '../compression/expansion.js';
import { wholeNumber } from '../core/options.js';
import { httpOptions } from './http/options.js';
import { UNITS } from './unit-block.js';

/** The formats that `units.ts` has readers for. */
export const UNIT_FORMATS = ['text', 'csv', 'tsv', 'jsonl', 'wikipedia'] as const;

export type UnitFormatName = (typeof UNIT_FORMATS)[number];

/** Where text comes from. */
export const sourceOptions = z.strictObject({
  files: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe(
      'Files, folders, glob patterns or URLs (http, https) to read; gzip, zstd, bzip2, xz, tar and zip are recognised by content',
    )
    .meta({ hidden: true }),
  stdin: z.boolean().optional().describe('Read the corpus from standard input').meta({ hidden: true }),
  format: z
    .enum(['auto', ...UNIT_FORMATS])
    .default('auto')
    .describe('What the content is; auto goes by the names of files and by their first bytes')
    .meta({ flag: 'input-format' }),
  unit: z
    .enum(UNITS)
    .optional()
    .describe(
      'What a sentence of training is: a line, the lines up to the next blank line, or a whole record; by default lines of text, and whole records of other formats',
    ),
  columns: z
    .union([z.string().min(1), wholeNumber(1), z.array(z.union([z.string().min(1), wholeNumber(1)])).min(1)])
    .optional()
    .describe(
      'CSV and TSV: the columns whose text is read, by name or by number from 1, with commas between; by default the only one, or text',
    ),
  header: z
    .boolean()
    .optional()
    .describe(
      'CSV and TSV: whether the first row names the columns, as by default (--no-header: it does not)',
    ),
  delimiter: z
    .string()
    .min(1)
    .optional()
    .describe(
      'CSV and TSV: what stands between cells, a character or its name (tab, semicolon, pipe, space)',
    ),
  quote: z
    .string()
    .min(1)
    .optional()
    .describe('CSV and TSV: the character that cells are quoted with, or none; by default "'),
  escape: z
    .string()
    .min(1)
    .optional()
    .describe('CSV and TSV: what stands before a quote in a quoted cell; by default the quote, doubled'),
  fields: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe(
      'JSONL: the fields whose text is read, as paths such as title, body.text or paragraphs[].text, with commas between; by default text',
    ),
  strictRecords: z
    .boolean()
    .optional()
    .describe('Stop at the first row or line that cannot be read, rather than leave it out and count it'),
  http: httpOptions.optional().describe('How URLs among the files are read'),
  strictUtf8: z
    .boolean()
    .default(false)
    .describe('Stop at invalid UTF-8, naming file and byte, rather than replace it by U+FFFD and count it'),
  namespaces: z
    .union([z.string().regex(/^\d+(?:,\d+)*$/), wholeNumber(0), z.array(wholeNumber(0)).min(1)])
    .optional()
    .describe(
      'Wikipedia dumps: the numbers of the namespaces whose pages are read, with commas between; by default 0, the articles',
    ),
  maxExpansion: wholeNumber(1)
    .default(MOST_EXPANSION)
    .describe(
      'Stop where an input unpacks to more than this many times its size (256 MB are always allowed), as a zip bomb does',
    ),
});

/** Where text comes from, as it is written: any of these may be left out. */
export type GivenSourceOptions = z.input<typeof sourceOptions>;

/** Where text comes from, all defaults filled in. */
export type SourceOptions = z.infer<typeof sourceOptions>;
