import type { StageContext } from '../core/stage.js';

/** At most this often is progress told, in milliseconds. */
const PROGRESS_INTERVAL = 200;

/** What a source tells the run's report while it reads; one for each run of a source. */
export class SourceReport {
  readonly #context: StageContext;
  readonly #total: number | undefined;
  #done = 0;
  #lastProgress = 0;

  /** `total` is the size of all input in bytes, where it is known; `done`, how much of it needs no reading. */
  constructor(context: StageContext, total?: number, done = 0) {
    this.#context = context;
    this.#total = total;
    this.#done = done;
  }

  /** Bytes as they lie in the file, compressed or not. */
  bytesRead(bytes: number): void {
    this.#done += bytes;
    this.#context.report.count('source', 'bytes', bytes);
    const now = performance.now();
    if (now - this.#lastProgress >= PROGRESS_INTERVAL) this.#progress(now);
  }

  /** Bytes after decompression. */
  textBytes(bytes: number): void {
    this.#context.report.count('source', 'textBytes', bytes);
  }

  fileRead(): void {
    this.#context.report.count('source', 'files');
  }

  /** All is read. */
  finished(): void {
    this.#progress(performance.now());
  }

  /** Sequences that are not UTF-8; `byte` is where the first of them is. */
  replaced(sequences: number, file: string, byte: number): void {
    this.#context.report.count('source', 'replacedSequences', sequences);
    this.#context.report.warn(
      'invalid UTF-8',
      `${file} (byte ${byte}): not UTF-8; replaced by U+FFFD here and wherever else it occurs. Text in another encoding can be converted with iconv; --strict-utf8 stops instead.`,
    );
  }

  /** Records (rows, lines of JSON, articles) that were read, whatever became of them. */
  records(count: number): void {
    this.#context.report.count('source', 'records', count);
  }

  /** NUL bytes; `byte` is where the first of them is. */
  nulBytes(count: number, file: string, byte?: number): void {
    this.#context.report.count('source', 'nulBytes', count);
    this.#context.report.warn(
      'NUL bytes',
      `${file}${byte === undefined ? '' : ` (byte ${byte})`}: a NUL byte; made a space here and wherever else it occurs. If this is UTF-16, convert it: iconv -f UTF-16 -t UTF-8.`,
    );
  }

  /** A unit that is too long for one block; `byte` is where it starts. */
  cut(what: string, file: string, limit: number, byte?: number): void {
    this.#context.report.count('source', 'cuts');
    this.#context.report.warn(
      'long unit',
      `${file}${byte === undefined ? '' : ` (byte ${byte})`}: a ${what} of more than ${limit.toLocaleString('en')} bytes; such ${what}s are cut, at white space where there is any.`,
    );
  }

  #progress(now: number): void {
    this.#lastProgress = now;
    this.#context.report.progress({
      phase: 'read',
      done: this.#done,
      ...(this.#total === undefined ? {} : { total: this.#total }),
      unit: 'bytes',
    });
  }
}
