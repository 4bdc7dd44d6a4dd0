import { cutLongUnit } from '../cut.js';
import type { UnitBlock } from '../unit-block.js';
import { type UnitReading, wantsLines } from '../units.js';
import type { BadRecords } from './bad-records.js';

const LINE_END = /\r\n?/g;
const BLANK_LINES = /\n[ \t\f\v]*\n\s*/;
const LINE_BREAKS = /\n\s*/g;

/** Gathers the texts of records into blocks of units. */
export class RecordUnits {
  readonly #file: string;
  readonly #reading: UnitReading;
  readonly #bad: BadRecords;
  #waiting: Buffer[] = [];
  #bytes = 0;
  #lines: number[] = [];

  constructor(file: string, reading: UnitReading, bad: BadRecords) {
    this.#file = file;
    this.#reading = reading;
    this.#bad = bad;
  }

  /**
   * A record's texts: the cells or fields that were chosen, in their order. As one unit they have a space between them;
   * with `unit` lines or paragraphs each begins one of its own.
   */
  async add(texts: readonly string[], line: number, raw: () => string): Promise<void> {
    const { options, report } = this.#reading;
    report.records(1);
    const units = unitsOfRecord(texts, options.unit ?? 'records');
    if (units.length === 0) await this.#bad.drop('without text', line, raw());
    for (const unit of units) this.#addUnit(unit, line);
  }

  /** A block, where there is enough for one. */
  *ready(): Generator<UnitBlock> {
    if (this.#bytes >= this.#reading.sizes.blockBytes) yield* this.rest();
  }

  /** All that has been gathered. */
  *rest(): Generator<UnitBlock> {
    if (this.#bytes === 0) return;
    const bytes = Buffer.concat(this.#waiting);
    yield wantsLines(this.#reading) ? { bytes, lines: Float64Array.from(this.#lines) } : { bytes };
    this.#waiting = [];
    this.#bytes = 0;
    this.#lines = [];
  }

  #addUnit(text: string, line: number): void {
    const { sizes, report } = this.#reading;
    const bytes = Buffer.from(`${this.#withoutNul(text)}\n`);
    if (bytes.length - 1 <= sizes.longestUnit) this.#push(bytes, line);
    else {
      report.cut('unit', this.#file, sizes.longestUnit);
      for (const piece of cutLongUnit(bytes, sizes.longestUnit)) this.#push(piece, line);
    }
  }

  #push(bytes: Buffer, line: number): void {
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    this.#lines.push(line);
  }

  /** JSON can write a NUL. */
  #withoutNul(text: string): string {
    if (!text.includes('\0')) return text;
    this.#reading.report.nulBytes(text.split('\0').length - 1, this.#file);
    return text.replaceAll('\0', ' ');
  }
}

/** The units of a record's texts; none is blank. */
export function unitsOfRecord(texts: readonly string[], unit: 'lines' | 'paragraphs' | 'records'): string[] {
  const lines = texts.map((text) => text.replace(LINE_END, '\n'));
  const parts =
    unit === 'records'
      ? [lines.filter((text) => text.trim() !== '').join(' ')]
      : lines.flatMap((text) => text.split(unit === 'lines' ? '\n' : BLANK_LINES));
  return parts.filter((part) => part.trim() !== '').map((part) => part.replace(LINE_BREAKS, ' '));
}
