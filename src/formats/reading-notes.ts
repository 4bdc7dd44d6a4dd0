import { isUtf8 } from 'node:buffer';
import type { ReadOptions } from './word-vectors.js';

/** Counts what is odd about a vector file but no reason to refuse it, and says it once at the end. */
export class ReadingNotes {
  #invalidWords = 0;
  #notFinite = 0;
  #spacedWords = 0;
  #firstSpaced = '';

  /** A word from its bytes; what is not UTF-8 in it becomes U+FFFD and is counted. */
  word(bytes: Buffer, start: number, end: number): string {
    const word = bytes.toString('utf8', start, end);
    if (word.includes('\ufffd') && !isUtf8(bytes.subarray(start, end))) this.#invalidWords++;
    if (word.includes(' ')) {
      if (this.#spacedWords === 0) this.#firstSpaced = word;
      this.#spacedWords++;
    }
    return word;
  }

  /** Looks at the numbers of a row. */
  numbers(values: Float32Array): void {
    // A sum is finite only if every part is; only a sum that is not (or overflows) is worth a closer look.
    let sum = 0;
    for (let column = 0; column < values.length; column++) sum += values[column]!;
    if (!Number.isFinite(sum)) this.#notFinite += values.filter((value) => !Number.isFinite(value)).length;
  }

  tell(path: string, { report }: ReadOptions): void {
    if (!report) return;
    if (this.#invalidWords > 0) {
      report.warn(
        `invalid UTF-8 in ${path}`,
        `${path}: words that are not valid UTF-8: ${this.#invalidWords}; their bad bytes became U+FFFD`,
      );
    }
    if (this.#spacedWords > 0) {
      report.warn(
        `spaces in ${path}`,
        `${path}: words with a space in them: ${this.#spacedWords}, the first ${JSON.stringify(this.#firstSpaced)}`,
      );
    }
    if (this.#notFinite > 0) {
      report.warn(
        `not finite in ${path}`,
        `${path}: numbers that are infinite or not a number: ${this.#notFinite}`,
      );
    }
  }
}
