import { WordmillError } from '../../core/errors.js';
import { strangeId } from '../sentence-sampler.js';

const encoder = new TextEncoder();

/** Words (or cells made of them) as UTF-8, one after the other, to be copied by id. */
export class EncodedWords {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;

  constructor(words: readonly string[]) {
    this.bytes = encoder.encode(words.join(''));
    this.ends = new Uint32Array(words.length);
    let end = 0;
    for (const [id, word] of words.entries()) {
      end += Buffer.byteLength(word);
      this.ends[id] = end;
    }
  }
}

/**
 * Throws `data` that names the first word which a format cannot carry: an empty one, or one that `forbidden` matches.
 *
 * @param format how the error names the format.
 */
export function refuseWords(words: readonly string[], forbidden: RegExp, format: string): void {
  const word = words.find((candidate) => candidate === '' || forbidden.test(candidate));
  if (word === undefined) return;
  throw new WordmillError('data', `${format} cannot carry the word ${JSON.stringify(word)}`, {
    hint: 'Write another format (text, csv, binary), or tokenize so that words have no such characters.',
  });
}

/** Writes words and numbers into bytes that grow as needed. */
export class WordWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  /**
   * Writes the word with this id.
   *
   * @throws `data` if there is none.
   */
  word({ bytes, ends }: EncodedWords, id: number): void {
    const end = ends[id];
    if (end === undefined) throw strangeId(id, ends.length);
    const start = id === 0 ? 0 : ends[id - 1]!;
    this.#makeRoom(end - start);
    for (let from = start, to = this.#length; from < end; from++, to++) this.#bytes[to] = bytes[from]!;
    this.#length += end - start;
  }

  byte(value: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#length++] = value;
  }

  /** ASCII text. */
  ascii(text: string): void {
    this.#makeRoom(text.length);
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length++] = text.charCodeAt(i);
  }

  /** Gives what was written, in bytes of its own, and starts afresh. */
  take(): Uint8Array {
    const written = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return written;
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + bytes));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
