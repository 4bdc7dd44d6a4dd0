import { strangeId } from '../sentence-sampler.js';
import type { EncodedWords } from './encoded-words.js';

/** Writes words and numbers into bytes that grow as needed. */
export class WordWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  /**
   * Writes the word with this id.
   *
   * @throws `data` if there is none.
   */
  word({ bytes, ends, size }: EncodedWords, id: number): void {
    if (id >= size) throw strangeId(id, size);
    const end = ends[id]!;
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
