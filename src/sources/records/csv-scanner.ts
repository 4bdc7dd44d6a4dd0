import type { CsvDialect } from './csv-dialect.js';

/** A row as it stands in the file, without its line end; or a line that cannot be read as one. */
export interface ScannedRow {
  readonly text: string;
  /** The line of the file, from 1, that it starts on. */
  readonly line: number;
  /** Whether cells of it are quoted. */
  readonly quoted: boolean;
  /** What is wrong with it. */
  readonly problem?: string;
}

/** Where a row ends (its line end, or the end of the text), or why it does not. */
type RowEnd = { readonly end: number; readonly quoted: boolean } | { readonly problem: string };

const OPEN = 'a quote is never closed';
const AFTER_QUOTE = 'text stands between the end of a quote and the next delimiter';

/**
 * Finds where rows end, so that one broken quote costs one line: where a quoted cell has text after its end, does not
 * end at all or goes on for more than `longest` characters, the first line of the row is wrong and the next line begins
 * a row. Blank lines are passed over. Cells are quoted as fast-csv has it: white space around the quotes is no part of
 * the cell.
 */
export class CsvScanner {
  readonly #dialect: CsvDialect;
  readonly #longest: number;
  #pending = '';
  #line = 1;

  constructor(dialect: CsvDialect, longest: number) {
    this.#dialect = dialect;
    this.#longest = longest;
  }

  /** The rows that end in whole lines, and in those before. */
  *add(lines: string, firstLine: number): Generator<ScannedRow> {
    if (this.#pending === '') this.#line = firstLine;
    this.#pending += lines;
    yield* this.#scan(false);
  }

  /** What is left at the end of the text. */
  *end(): Generator<ScannedRow> {
    yield* this.#scan(true);
  }

  *#scan(ended: boolean): Generator<ScannedRow> {
    const text = this.#pending;
    let start = 0;
    let quote = this.#nextQuote(text, 0);
    while (start < text.length) {
      if (quote < start) quote = this.#nextQuote(text, start);
      const row = endOfRow(text, start, quote, this.#dialect);
      const waits = 'problem' in row && row.problem === OPEN && !ended;
      if (waits && text.length - start <= this.#longest) break;
      const end = 'problem' in row ? text.indexOf('\n', start) : row.end;
      const line = this.#line;
      const raw = text.slice(start, end);
      this.#line += 1 + (end - start > 0 ? lineEndsIn(raw) : 0);
      start = end + 1;
      if ('problem' in row) yield { text: raw, line, quoted: true, problem: row.problem };
      else if (row.quoted || raw.trim() !== '') yield { text: raw, line, quoted: row.quoted };
    }
    this.#pending = text.slice(start);
  }

  /** The first quote from a place on; infinite where there is none, so that it is not looked for again at each row. */
  #nextQuote(text: string, start: number): number {
    const { quote } = this.#dialect;
    const next = quote === undefined ? -1 : text.indexOf(quote, start);
    return next === -1 ? Number.POSITIVE_INFINITY : next;
  }
}

function endOfRow(text: string, start: number, firstQuote: number, dialect: CsvDialect): RowEnd {
  const { quote, lenient } = dialect;
  const lineEnd = text.indexOf('\n', start);
  const plain = { end: lineEnd, quoted: false };
  if (quote === undefined || firstQuote > lineEnd) return plain;
  const row = endOfQuotedRow(lenient ? text.slice(0, lineEnd + 1) : text, start, dialect, quote);
  return lenient && 'problem' in row ? plain : row;
}

/** The end of a row that may have quoted cells. */
function endOfQuotedRow(text: string, start: number, dialect: CsvDialect, quote: string): RowEnd {
  const { delimiter } = dialect;
  let quoted = false;
  for (let at = start; ; at++) {
    at = afterSpace(text, at, delimiter);
    if (text[at] === quote) {
      quoted = true;
      const closing = closingQuote(text, at + 1, dialect, quote);
      if (closing === -1) return { problem: OPEN };
      at = afterSpace(text, closing + 1, delimiter);
      if (text[at] !== delimiter && text[at] !== '\n') return { problem: AFTER_QUOTE };
    } else {
      while (text[at] !== delimiter && text[at] !== '\n') at++;
    }
    if (text[at] === '\n') return { end: at, quoted };
  }
}

/** The quote that ends a cell whose content starts at `from`; -1 where there is none. */
function closingQuote(text: string, from: number, dialect: CsvDialect, quote: string): number {
  const escaping = dialect.escape!;
  for (let at = from; ; ) {
    const next = text.indexOf(quote, at);
    if (next === -1) return -1;
    const escaped = escaping === quote ? next : at + text.slice(at, next).indexOf(escaping);
    if (escaped < at) return next;
    const after = text[escaped + 1];
    if (after === quote || after === escaping) at = escaped + 2;
    else if (escaped === next) return next;
    else at = escaped + 1;
  }
}

/** The first position from `at` on without white space that is neither a delimiter nor a line end. */
function afterSpace(text: string, at: number, delimiter: string): number {
  let position = at;
  for (;;) {
    const character = text[position]!;
    if (character === '\n' || character === delimiter || !/\s/.test(character)) return position;
    position++;
  }
}

function lineEndsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
