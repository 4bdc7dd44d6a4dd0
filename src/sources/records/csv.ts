import { throwIfAborted, WordmillError } from '../../core/errors.js';
import type { Content } from '../contents.js';
import type { UnitBlock } from '../unit-block.js';
import type { UnitReading } from '../units.js';
import { BadRecords } from './bad-records.js';
import { cellsOfRows } from './csv-cells.js';
import { placesOfColumns } from './csv-columns.js';
import { type CsvDialect, dialectOf } from './csv-dialect.js';
import { CsvScanner, type ScannedRow } from './csv-scanner.js';
import { RecordUnits } from './record-units.js';
import { LONGEST_RECORD, wholeLines } from './whole-lines.js';

const QUOTES_HINT =
  'A cell with a quote in it is itself quoted, and the quote doubled ("say ""when"""); where quotes are plain characters, say quote: none.';
const FIELDS_HINT = 'A cell with a delimiter or a line break in it has to be quoted.';

/** Rows of cells between commas. */
export function csvUnits(content: Content, reading: UnitReading): AsyncGenerator<UnitBlock> {
  return rowUnits(content, reading, dialectOf('csv', reading.options));
}

/** Rows of cells between tabs. */
export function tsvUnits(content: Content, reading: UnitReading): AsyncGenerator<UnitBlock> {
  return rowUnits(content, reading, dialectOf('tsv', reading.options));
}

/**
 * The text of the chosen columns of each row. A row with a broken quote, or with another number of cells than the first
 * row, is set aside.
 *
 * @throws WordmillError `data` as `placesOfColumns` does, for a first row that cannot be read, and at the first bad row
 *   where records are to be strict
 */
async function* rowUnits(
  content: Content,
  reading: UnitReading,
  dialect: CsvDialect,
): AsyncGenerator<UnitBlock> {
  const bad = new BadRecords(content.name, reading);
  const units = new RecordUnits(content.name, reading, bad);
  const table = new Table(content.name, reading, bad, units);
  for await (const rows of scannedRows(content, reading, bad, dialect)) {
    throwIfAborted(reading.context.signal);
    const cells = await cellsOfRows(rows.filter(isWhole), dialect);
    let next = 0;
    for (const row of rows) {
      if (row.problem !== undefined) await table.broken(row, row.problem);
      else await table.add(row, cells[next++]!);
    }
    await bad.flush();
    yield* units.ready();
  }
  yield* units.rest();
}

/** The rows of a content, some at a time. */
async function* scannedRows(
  content: Content,
  reading: UnitReading,
  bad: BadRecords,
  dialect: CsvDialect,
): AsyncGenerator<ScannedRow[]> {
  const scanner = new CsvScanner(dialect, LONGEST_RECORD);
  for await (const { text, firstLine, afterGap } of wholeLines(content, reading, bad)) {
    if (afterGap) yield [...scanner.end()];
    yield [...scanner.add(text, firstLine)];
  }
  yield [...scanner.end()];
}

function isWhole(row: ScannedRow): boolean {
  return row.problem === undefined;
}

/** Knows the columns of a file once its first row has come. */
class Table {
  readonly #file: string;
  readonly #reading: UnitReading;
  readonly #bad: BadRecords;
  readonly #units: RecordUnits;
  #columns: { readonly count: number; readonly places: readonly number[] } | undefined;

  constructor(file: string, reading: UnitReading, bad: BadRecords, units: RecordUnits) {
    this.#file = file;
    this.#reading = reading;
    this.#bad = bad;
    this.#units = units;
  }

  async add({ text, line }: ScannedRow, cells: readonly string[]): Promise<void> {
    const { header = true, columns } = this.#reading.options;
    if (this.#columns === undefined) {
      const places = placesOfColumns(columns, { cells, header, file: this.#file, line });
      this.#columns = { count: cells.length, places };
      if (header) return;
    }
    const { count, places } = this.#columns;
    if (cells.length === count) {
      const chosen = places.map((place) => cells[place]!);
      await this.#units.add(chosen, line, () => text);
    } else {
      this.#reading.report.records(1);
      const detail = `${cells.length} in place of ${count}`;
      const reason = 'with a wrong number of fields';
      await this.#bad.reject({ reason, detail, line, text, hint: FIELDS_HINT });
    }
  }

  async broken({ text, line }: ScannedRow, problem: string): Promise<void> {
    if (this.#columns === undefined) {
      throw new WordmillError('data', `the first row cannot be read: ${problem}`, {
        place: { file: this.#file, line },
        hint: QUOTES_HINT,
      });
    }
    this.#reading.report.records(1);
    const reason = 'with a broken quote';
    await this.#bad.reject({ reason, detail: problem, line, text, hint: QUOTES_HINT });
  }
}
