import { extname } from 'node:path';
import { ByteReader } from '../compression/byte-reader.js';
import type { StageContext } from '../core/stage.js';
import type { Content } from './contents.js';
import type { SourceOptions, UnitFormatName } from './options.js';
import { csvUnits, tsvUnits } from './records/csv.js';
import { jsonlUnits } from './records/jsonl.js';
import { refuseForText } from './source-problems.js';
import type { SourceReport } from './source-report.js';
import { textUnits } from './text-units.js';
import type { BlockSizes, UnitBlock } from './unit-block.js';
import { wikipedia } from './wikipedia/articles.js';

/** What the reader of a format is lent. */
export interface UnitReading {
  readonly options: Partial<SourceOptions>;
  readonly sizes: BlockSizes;
  readonly report: SourceReport;
  readonly context: StageContext;
}

/** How contents of one format become units. Whether their lines are asked for, `wantsLines` says. */
export interface UnitFormat {
  /** Ends of names, such as `.csv`, that `auto` takes for this format; in lower case. */
  readonly extensions: readonly string[];
  /** Whether `auto` takes a content for this format by its first bytes (512, fewer where it is shorter). */
  startsLike?(head: Uint8Array): boolean;
  /** @throws WordmillError `data` for what is not of this format, `usage` for options that do not fit the content */
  read(content: Content, reading: UnitReading): AsyncIterable<UnitBlock>;
}

/** The formats that can be read: a new one is a file beside this one, and its entry here and in `options.ts`. */
const FORMATS: Readonly<Record<UnitFormatName, UnitFormat>> = {
  text: { extensions: ['.txt'], read: textUnits },
  csv: { extensions: ['.csv'], read: csvUnits },
  tsv: { extensions: ['.tsv', '.tab'], read: tsvUnits },
  jsonl: { extensions: ['.jsonl', '.ndjson'], read: jsonlUnits },
  wikipedia,
};

const HEAD_BYTES = 512;

/**
 * The units of one content: lines, paragraphs or records, by `options.format`. `auto` goes by the end of the name
 * (what compressions add to it left aside), then by the first bytes; what it does not know is text.
 *
 * @throws WordmillError as the format's reader does; `usage` for what is told to be text where options are for records
 */
export async function* unitsOf(content: Content, reading: UnitReading): AsyncGenerator<UnitBlock> {
  const { format = 'auto' } = reading.options;
  if (format !== 'auto') {
    yield* FORMATS[format].read(content, reading);
    return;
  }
  const reader = new ByteReader(content.chunks);
  try {
    const told = formatOf(content.name, await reader.peek(HEAD_BYTES));
    if (told === 'text') refuseForText(content.name, reading.options);
    yield* FORMATS[told].read({ name: content.name, chunks: reader.rest() }, reading);
  } finally {
    reader.close();
  }
}

/** The format that `auto` takes a content for: by the end of its name, then by its first bytes; else text. */
export function formatOf(name: string, head: Uint8Array): UnitFormatName {
  const extension = extensionOf(name);
  const formats = Object.entries(FORMATS) as [UnitFormatName, UnitFormat][];
  const told =
    formats.find(([, { extensions }]) => extensions.includes(extension)) ??
    formats.find(([, { startsLike }]) => startsLike?.(head));
  return told?.[0] ?? 'text';
}

/** The end of a name in lower case, such as `.csv` for `a.csv.gz` and for a URL of that whose query is left out. */
function extensionOf(name: string): string {
  return extname(
    name
      .toLowerCase()
      .replace(/\?…$/, '')
      .replace(/\.(?:gz|zst|bz2|xz)$/, ''),
  );
}

/** Whether somebody wants to know the line that each unit starts on: whoever set records aside names it. */
export function wantsLines({ context }: UnitReading): boolean {
  return context.rejected !== undefined;
}
