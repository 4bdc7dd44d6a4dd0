import { parse } from 'fast-csv';
import { WordmillError } from '../../core/errors.js';
import type { CsvDialect } from './csv-dialect.js';
import type { ScannedRow } from './csv-scanner.js';

/**
 * The cells of well-formed rows, unquoted by fast-csv. Rows without a quote are cut at the delimiters here, which is
 * some ten times as fast and gives the same.
 */
export async function cellsOfRows(rows: readonly ScannedRow[], dialect: CsvDialect): Promise<string[][]> {
  const quoted = rows.filter((row) => row.quoted);
  const parsed = quoted.length > 0 ? await parseQuoted(quoted, dialect) : [];
  let next = 0;
  return rows.map((row) => (row.quoted ? parsed[next++]! : row.text.split(dialect.delimiter)));
}

async function parseQuoted(
  rows: readonly ScannedRow[],
  { delimiter, quote, escape: escaping }: CsvDialect,
): Promise<string[][]> {
  const parser = parse({ headers: false, delimiter, quote: quote!, escape: escaping! });
  // fast-csv takes U+FEFF from the start of what it is given for a byte order mark; an empty line takes its place.
  parser.end(`\n${rows.map(({ text }) => `${text}\n`).join('')}`);
  const parsed: string[][] = [];
  for await (const cells of parser as AsyncIterable<string[]>) parsed.push(cells);
  if (parsed.length === rows.length + 1) return parsed.slice(1);
  throw new WordmillError('internal', `fast-csv found ${parsed.length - 1} rows in ${rows.length}`);
}
