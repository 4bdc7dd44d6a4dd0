import { WordmillError } from '../core/errors.js';

/** How many times its stored size an input may become where nobody says otherwise. */
export const MOST_EXPANSION = 500;

/** Any input may become this many bytes: below it nothing is taken for a bomb. */
const ALWAYS_ALLOWED = 256 * 1024 * 1024;

/**
 * Holds an input to a limit on what it becomes when it is unpacked, so that a few bytes made to unpack to terabytes stop
 * with a message. All that is decoded counts, on every level of archives in archives.
 */
export class Expansion {
  readonly #most: number;
  readonly #always: number;
  readonly #hint: string;
  #stored = 0;
  #unpacked = 0;

  /**
   * @param most how many times its stored size an input may become
   * @param hint what to do where that is no mistake
   * @param always how many bytes it may become in any case
   */
  constructor(most: number, hint: string, always = ALWAYS_ALLOWED) {
    this.#most = most;
    this.#hint = hint;
    this.#always = always;
  }

  /** So many bytes of the input, as it is stored, have been read. */
  read(bytes: number): void {
    this.#stored += bytes;
  }

  /**
   * Passes decoded bytes on.
   *
   * @throws WordmillError `data` where they are too many
   */
  async *limit(decoded: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
    for await (const chunk of decoded) {
      this.#unpacked += chunk.length;
      if (this.#unpacked > this.#always && this.#unpacked > this.#most * this.#stored)
        throw this.#tooLarge(name);
      yield chunk;
    }
  }

  #tooLarge(name: string): WordmillError {
    const [stored, unpacked] = [this.#stored, this.#unpacked].map((bytes) => bytes.toLocaleString('en'));
    return new WordmillError(
      'data',
      `${stored} bytes unpack to ${unpacked} and more, over ${this.#most} times as many: stopped, lest it fill memory and disk`,
      { place: { file: name }, hint: this.#hint },
    );
  }
}
