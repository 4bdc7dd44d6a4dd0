import { type ErrorPlace, WordmillError } from '../../core/errors.js';

/** Which column of a table of pairs holds what; -1 for what it does not have. */
export interface PairColumns {
  /** How many columns every row has. */
  readonly columns: number;
  readonly context: number;
  readonly target: number;
  readonly weight: number;
  /** Only to be checked: a column of offsets that no header names, by which it is told from weights. */
  readonly signedOffset: number;
}

/**
 * The columns that a header names: `context` and `target`, perhaps `weight`, in any order; others, such as `offset`,
 * are passed over. Undefined if the row is not a header.
 */
export function columnsOfHeader(cells: readonly string[]): PairColumns | undefined {
  const names = cells.map((cell) => cell.replace(/^\uFEFF/, '').trim());
  const context = names.indexOf('context');
  const target = names.indexOf('target');
  if (context < 0 || target < 0) return undefined;
  return { columns: names.length, context, target, weight: names.indexOf('weight'), signedOffset: -1 };
}

/**
 * The columns of a table without a header, by its first row: `context target`, `context target weight`, or, as the
 * filter `pairs` writes it, `context target offset` and perhaps a weight. An offset is told by its sign: +1, -2.
 *
 * @throws `data` if the row is none of these.
 */
export function columnsOfFirstRow(cells: readonly string[], place: ErrorPlace): PairColumns {
  const columns = cells.length;
  if (columns < 2 || columns > 4) throw wrongColumns(columns, '2, 3 or 4', place);
  const hasOffset = columns > 2 && isSignedOffset(cells[2]!);
  if (columns === 4 && !hasOffset) throw notAnOffset(cells[2]!, place);
  const weight = hasOffset ? (columns === 4 ? 3 : -1) : columns === 3 ? 2 : -1;
  return { columns, context: 0, target: 1, weight, signedOffset: hasOffset ? 2 : -1 };
}

/** Reads a weight, a number of at least 0; NaN if it is none. */
export function parseWeight(cell: string): number {
  const weight = /^\s*\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(cell) ? Number(cell) : Number.NaN;
  return Number.isFinite(Math.fround(weight)) ? weight : Number.NaN;
}

/** Whether a cell is a whole number with its sign written out. */
export function isSignedOffset(cell: string): boolean {
  return /^[+-]\d+$/.test(cell);
}

/** `data`: a row that has not as many columns as it should. */
export function wrongColumns(found: number, expected: number | string, place: ErrorPlace): WordmillError {
  return new WordmillError(
    'data',
    `expected ${expected} columns, but found ${found}${found === 1 ? ', no target' : ''}`,
    {
      place,
      hint: 'A row is a context and its target, then perhaps a weight, with tabs or spaces between them; all rows alike.',
    },
  );
}

/** `data`: a cell that should hold a word and holds nothing. */
export function emptyWord(column: 'context' | 'target', place: ErrorPlace): WordmillError {
  return new WordmillError('data', `the ${column} is empty`, { place });
}

/** `data`: a cell in the column of weights that is none. */
export function notAWeight(cell: string, place: ErrorPlace): WordmillError {
  return new WordmillError('data', `expected a weight, a number of at least 0, but found ${quote(cell)}`, {
    place,
    hint: 'A third column with a sign in the first row (+1, -2) is read as offsets, without one as weights.',
  });
}

/** `data`: a cell in the column of offsets that is none. */
export function notAnOffset(cell: string, place: ErrorPlace): WordmillError {
  return new WordmillError(
    'data',
    `expected an offset with its sign, such as +1 or -2, but found ${quote(cell)}`,
    { place },
  );
}

function quote(cell: string): string {
  return JSON.stringify(cell.length > 40 ? `${cell.slice(0, 40)}…` : cell);
}
