import { throwIfAborted, WordmillError } from '../../core/errors.js';
import { nearestName } from '../../core/options.js';
import type { Content } from '../contents.js';
import type { UnitBlock } from '../unit-block.js';
import type { UnitReading } from '../units.js';
import { BadRecords } from './bad-records.js';
import { type FieldPath, parseFieldPath, textsAt } from './field-path.js';
import { RecordUnits } from './record-units.js';
import { wholeLines } from './whole-lines.js';

/** The field that is read where none is chosen. */
const USUAL_FIELD = 'text';
/** Where so many records have none of the fields, the choice is taken to be wrong. */
const ENOUGH_WITHOUT = 10_000;

/**
 * The text of the chosen fields of each line's object. Blank lines are passed over; a line that is no JSON, no object,
 * or whose field is no text is set aside.
 *
 * @throws WordmillError `data` where no object has any of the fields, naming those that it has; at the first bad line
 *   where records are to be strict
 */
export async function* jsonlUnits(content: Content, reading: UnitReading): AsyncGenerator<UnitBlock> {
  const bad = new BadRecords(content.name, reading);
  const units = new RecordUnits(content.name, reading, bad);
  const fields = new Fields(content, reading, bad, units);
  for await (const { text, firstLine } of wholeLines(content, reading, bad)) {
    throwIfAborted(reading.context.signal);
    let line = firstLine;
    for (let start = 0, end: number; start < text.length; start = end + 1, line++) {
      end = text.indexOf('\n', start);
      const json = text.slice(start, end);
      if (json.trim() !== '') await fields.add(json, line);
    }
    await bad.flush();
    yield* units.ready();
  }
  fields.checkFound();
  yield* units.rest();
  await bad.flush();
}

/** The fields that are chosen. @throws WordmillError `internal` for what is no path; options are checked before. */
export function fieldPathsOf(fields: string | readonly string[] = USUAL_FIELD): FieldPath[] {
  return listOfFields(fields).map((text) => {
    const path = parseFieldPath(text);
    if (path) return path;
    throw new WordmillError('internal', `'${text}' is no path of a field`);
  });
}

/** The fields of a choice one by one; several may stand in one text, between commas. */
export function listOfFields(fields: string | readonly string[]): string[] {
  return typeof fields === 'string' ? fields.split(',').map((field) => field.trim()) : [...fields];
}

/** Takes the chosen fields out of objects. */
class Fields {
  readonly #file: string;
  readonly #reading: UnitReading;
  readonly #bad: BadRecords;
  readonly #units: RecordUnits;
  readonly #paths: readonly FieldPath[];
  #found: boolean;
  #without = 0;
  /** The keys of the first object that has none of the fields, and its line. */
  #seen: { readonly keys: readonly string[]; readonly line: number } | undefined;

  constructor({ name, firstByte }: Content, reading: UnitReading, bad: BadRecords, units: RecordUnits) {
    this.#file = name;
    // Of a part of a file the other parts may have what this one lacks.
    this.#found = firstByte !== undefined;
    this.#reading = reading;
    this.#bad = bad;
    this.#units = units;
    this.#paths = fieldPathsOf(reading.options.fields);
  }

  async add(json: string, line: number): Promise<void> {
    const value = parsed(json);
    if (value instanceof SyntaxError)
      return this.#reject('not JSON', json, line, value.message.slice(0, 100));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.#reject('not a JSON object', json, line);
    }
    const texts: string[] = [];
    let found = false;
    for (const path of this.#paths) {
      const end = textsAt(value, path, texts);
      if (end === 'other') return this.#reject('with a field that is no text', json, line, path.text);
      if (end === 'found') found = true;
    }
    if (found) {
      this.#found = true;
      return this.#units.add(texts, line, () => json);
    }
    this.#seen ??= { keys: Object.keys(value), line };
    this.#without++;
    if (this.#without >= ENOUGH_WITHOUT) this.checkFound();
    await this.#reject('without the fields', json, line, `its keys are ${namesOf(Object.keys(value))}`);
  }

  /** @throws WordmillError `data` where there were objects and none had any of the fields. */
  checkFound(): void {
    if (this.#found || this.#seen === undefined) return;
    const { keys, line } = this.#seen;
    const names = this.#paths.map(({ text }) => `'${text}'`).join(', ');
    const near = nearestName(this.#paths[0]!.text, keys);
    const meant = near === undefined ? '' : `Did you mean '${near}'? `;
    throw new WordmillError('data', `no record has the field ${names}`, {
      place: { file: this.#file, line },
      hint: `${meant}This one has ${namesOf(keys)}. Give source.fields (--fields).`,
    });
  }

  #reject(reason: string, text: string, line: number, detail?: string): Promise<void> {
    this.#reading.report.records(1);
    return this.#bad.reject({ reason, line, text, ...(detail !== undefined && { detail }) });
  }
}

function namesOf(keys: readonly string[]): string {
  const names = keys.slice(0, 30).map((key) => `'${key.slice(0, 60)}'`);
  return names.join(', ') + (keys.length > 30 ? ` and ${keys.length - 30} more` : '');
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    return error;
  }
}
