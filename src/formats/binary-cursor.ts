import { WordmillError } from '../core/errors.js';
import type { ByteStream } from './vector-file.js';

const BLOCK_BYTES = 1 << 20;

/** Reads numbers and text of a binary file from its start on, little-endian. */
export class BinaryCursor {
  /** Of the file, for errors. */
  readonly path: string;
  readonly #bytes: ByteStream;
  readonly #buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  #start = 0;
  #end = 0;

  constructor(bytes: ByteStream, path: string) {
    this.#bytes = bytes;
    this.path = path;
  }

  /** The byte of the content that is read next. */
  get position(): number {
    return this.#bytes.position - (this.#end - this.#start);
  }

  /**
   * Makes sure that the next bytes are at hand.
   *
   * @param what is being read, for the message.
   * @throws WordmillError `data` where the file ends before them.
   */
  async need(bytes: number, what: string): Promise<void> {
    if (this.#end - this.#start < bytes) await this.#fill();
    if (this.#end - this.#start < bytes) throw this.cutShort(what);
  }

  uint8(): number {
    return this.#buffer[this.#start++]!;
  }

  int32(): number {
    this.#start += 4;
    return this.#buffer.readInt32LE(this.#start - 4);
  }

  /** As a float64: exact to 2^53. */
  int64(): number {
    this.#start += 8;
    return Number(this.#buffer.readBigInt64LE(this.#start - 8));
  }

  float64(): number {
    this.#start += 8;
    return this.#buffer.readDoubleLE(this.#start - 8);
  }

  /**
   * The bytes before the next zero, which is passed over too; they are good until the next call.
   *
   * @param most how many there may be; fewer than a block.
   * @throws WordmillError `data` where more come, or the file ends.
   */
  async untilZero(most: number, what: string): Promise<Buffer> {
    let zero = this.#findZero();
    if (zero < 0 && this.#end - this.#start <= most) {
      await this.#fill();
      zero = this.#findZero();
    }
    if (zero < 0 && this.#end - this.#start <= most) throw this.cutShort(what);
    if (zero < 0 || zero - this.#start > most) {
      throw new WordmillError('data', `${what} is longer than ${most} bytes`, { place: this.place() });
    }
    const bytes = this.#buffer.subarray(this.#start, zero);
    this.#start = zero + 1;
    return bytes;
  }

  /** Where the next byte is, for errors. */
  place(): { file: string; byte: number } {
    return { file: this.path, byte: this.position };
  }

  cutShort(what: string): WordmillError {
    return new WordmillError('data', `the file ends within ${what}`, {
      place: { file: this.path, byte: this.#bytes.position },
      hint: 'The file was cut short: fetch or write it again.',
    });
  }

  /**
   * Passes over bytes.
   *
   * @throws WordmillError `data` where the file ends before them.
   */
  async skip(bytes: number, what: string): Promise<void> {
    const held = Math.min(bytes, this.#end - this.#start);
    this.#start += held;
    if ((await this.#bytes.skip(bytes - held)) < bytes - held) throw this.cutShort(what);
  }

  /**
   * Reads bytes.
   *
   * @throws WordmillError `data` where the file ends before `into` is full.
   */
  async fill(into: Uint8Array, what: string): Promise<void> {
    const held = this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + into.length));
    into.set(held);
    this.#start += held.length;
    const rest = into.subarray(held.length);
    if (rest.length > 0 && (await this.#bytes.read(rest)) < rest.length) throw this.cutShort(what);
  }

  /** Whether all has been read. */
  async atEnd(): Promise<boolean> {
    if (this.#start === this.#end) await this.#fill();
    return this.#start === this.#end;
  }

  #findZero(): number {
    return this.#buffer.subarray(0, this.#end).indexOf(0, this.#start);
  }

  async #fill(): Promise<void> {
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    this.#end += await this.#bytes.read(this.#buffer.subarray(this.#end));
  }
}
