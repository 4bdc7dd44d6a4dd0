import { EndsEarly } from './decode-errors.js';

/** Pulls from chunks of bytes: looks ahead, takes exact lengths, hands on the rest. Empty chunks disappear. */
export class ByteReader {
  /** How many bytes have been taken. */
  position = 0;
  /** What the input threw, if it did: to tell a failing input from damaged content. */
  inputError: unknown;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #ahead: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next `length` bytes, fewer only where the input ends; they are not taken. */
  async peek(length: number): Promise<Uint8Array> {
    while (this.#ahead.length < length && (await this.#pull()));
    return this.#ahead.subarray(0, length);
  }

  /**
   * Takes exactly `length` bytes.
   *
   * @throws EndsEarly when there are fewer.
   */
  async take(length: number): Promise<Uint8Array> {
    const bytes = await this.peek(length);
    if (bytes.length < length) throw new EndsEarly();
    this.#ahead = this.#ahead.subarray(length);
    this.position += length;
    return bytes;
  }

  /** Passes over `length` bytes without keeping them. */
  async skip(length: number): Promise<void> {
    let left = length;
    while (left > 0) {
      if (this.#ahead.length === 0 && !(await this.#pull())) throw new EndsEarly();
      left -= (await this.take(Math.min(left, this.#ahead.length))).length;
    }
  }

  /** Everything that has not been taken, in chunks of at most `longest` bytes. */
  async *rest(longest = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
    while (this.#ahead.length > 0 || (await this.#pull())) {
      yield await this.take(Math.min(longest, this.#ahead.length));
    }
  }

  /** Gives the input up. Not waited for: an input that waits for data itself would not answer. */
  close(): void {
    this.#chunks.return?.().catch(() => {});
  }

  async #pull(): Promise<boolean> {
    const step = await this.#chunks.next().catch((error: unknown) => {
      this.inputError = error;
      throw error;
    });
    if (step.done) return false;
    this.#ahead = this.#ahead.length === 0 ? step.value : Buffer.concat([this.#ahead, step.value]);
    return true;
  }
}
