import { WordmillError } from '../../core/errors.js';
import { nearestName } from '../../core/options.js';

/** Columns that are to be read: names, or numbers from 1; several may stand in one text, between commas. */
export type ChosenColumns = string | number | readonly (string | number)[];

/** The column that is read where none is chosen. */
const USUAL_COLUMN = 'text';

/** The first row of a file, and where it stands. */
export interface FirstRow {
  readonly cells: readonly string[];
  /** Whether its cells are the names of the columns. */
  readonly header: boolean;
  readonly file: string;
  readonly line: number;
}

/**
 * The places, from 0, of the columns that are chosen, in the order of the choice. Without a choice the one column that
 * there is, or the one that is called `text`.
 *
 * @throws WordmillError `data` that names the columns that there are, for one that is missing or named twice, and where
 *   none is chosen and there are several
 */
export function placesOfColumns(chosen: ChosenColumns | undefined, row: FirstRow): number[] {
  const names = row.cells.map((cell) => cell.trim());
  if (chosen !== undefined) return listOf(chosen).map((column) => placeOf(column, names, row));
  if (names.length === 1) return [0];
  const usual = row.header ? names.indexOf(USUAL_COLUMN) : -1;
  if (usual !== -1) return [usual];
  throw columnError(
    'which of its columns hold text is not said',
    row,
    `Give source.columns (--columns). ${inWords(row)}`,
  );
}

function placeOf(column: string | number, names: readonly string[], row: FirstRow): number {
  const { header } = row;
  if (header && typeof column === 'string') {
    const places = names.flatMap((name, place) => (name === column ? [place] : []));
    if (places.length === 1) return places[0]!;
    if (places.length > 1) {
      const numbers = places.map((place) => place + 1).join(' and ');
      throw columnError(`several columns are called '${column}'`, row, `Choose by number: ${numbers}.`);
    }
  }
  const number = typeof column === 'number' ? column : /^\d+$/.test(column) ? Number(column) : undefined;
  if (number !== undefined && number >= 1 && number <= names.length) return number - 1;
  const near = header && typeof column === 'string' ? nearestName(column, names) : undefined;
  const problem =
    number !== undefined
      ? `there is no column ${number}`
      : header
        ? `there is no column '${column}'`
        : `columns have no names here, so there is no column '${column}'`;
  throw columnError(
    problem,
    row,
    near === undefined ? inWords(row) : `Did you mean '${near}'? ${inWords(row)}`,
  );
}

/** The columns of a choice one by one. */
export function listOf(chosen: ChosenColumns): (string | number)[] {
  if (typeof chosen === 'number') return [chosen];
  if (typeof chosen === 'string') return chosen.split(',').map((name) => name.trim());
  return [...chosen];
}

function columnError(problem: string, { file, line }: FirstRow, hint: string): WordmillError {
  return new WordmillError('data', problem, { place: { file, line }, hint });
}

const MOST_NAMED = 30;

/** The columns that there are, for a hint. */
function inWords({ cells, header }: FirstRow): string {
  if (!header) {
    const there = cells.length === 1 ? 'There is 1 column' : `There are ${cells.length} columns`;
    return `${there}, by the first row; they are numbered from 1.`;
  }
  const names = cells.slice(0, MOST_NAMED).map((name) => `'${name.trim().slice(0, 60)}'`);
  const others = cells.length - names.length;
  return `Its first row names these: ${names.join(', ')}${others > 0 ? ` and ${others} more` : ''}. Without a row of names, say header: false.`;
}
