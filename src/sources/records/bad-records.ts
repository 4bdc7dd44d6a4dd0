import { WordmillError } from '../../core/errors.js';
import type { RejectedRecord } from '../../core/rejected.js';
import type { UnitReading } from '../units.js';

/** What is wrong with a record. */
export interface BadRecord {
  /** In words that go after a number of records: `with a broken quote`. */
  readonly reason: string;
  /** What this record has in particular. */
  readonly detail?: string;
  readonly line: number;
  readonly text: string;
  readonly hint?: string;
}

/** Counts the records of one content that cannot be read, and sets them aside; when strict, the first is an error. */
export class BadRecords {
  readonly #file: string;
  readonly #reading: UnitReading;
  #waiting: RejectedRecord[] = [];

  constructor(file: string, reading: UnitReading) {
    this.#file = file;
    this.#reading = reading;
  }

  /** A record that is not what it should be. @throws WordmillError `data` when strict. */
  async reject({ reason, detail, line, text, hint }: BadRecord): Promise<void> {
    const { options, context } = this.#reading;
    const problem = `a record ${reason}${detail === undefined ? '' : `: ${detail}`}`;
    if (options.strictRecords) {
      throw new WordmillError('data', problem, {
        place: { file: this.#file, line },
        hint: `${hint === undefined ? '' : `${hint} `}Without --strict-records such records are counted and left out.`,
      });
    }
    context.report.warn(
      `bad record: ${reason}`,
      `${this.#file}:${line}: ${problem}; such records are left out and counted. --rejected FILE keeps them, --strict-records stops instead.${hint === undefined ? '' : ` ${hint}`}`,
    );
    await this.drop(reason, line, text, detail);
  }

  /** A record that is well formed and left out all the same. */
  async drop(reason: string, line: number, text: string, detail?: string): Promise<void> {
    const { report, rejected } = this.#reading.context;
    report.drop('source', reason);
    if (!rejected) return;
    const why = detail === undefined ? reason : `${reason}: ${detail}`;
    this.#waiting.push({ source: this.#file, line, reason: why, text });
    if (this.#waiting.length >= 1000) await this.flush();
  }

  /** Hands on what is set aside; after each block, since a record's text holds the whole block in memory. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const records = this.#waiting;
    this.#waiting = [];
    await this.#reading.context.rejected!.add(records);
  }
}
