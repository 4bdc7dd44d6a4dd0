import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { outputError } from '../core/outputs.js';
import { writeFully } from '../core/whole-io.js';

const BUFFER_BYTES = 1 << 20;

/**
 * A file that is written from front to back through two buffers: one is filled while the other is on its way to the
 * disk. Fast code writes into `buffer` at `length` itself, after it has made sure of room.
 */
export class BufferedFile {
  readonly path: string;
  buffer: Uint8Array;
  /** How much of `buffer` is filled. */
  length = 0;
  readonly #handle: FileHandle;
  #written = 0;
  #checksum = 0;
  #spare: Uint8Array;
  #pending: Promise<void> | undefined;

  private constructor(path: string, handle: FileHandle, bufferBytes: number) {
    this.path = path;
    this.#handle = handle;
    this.buffer = new Uint8Array(bufferBytes);
    this.#spare = new Uint8Array(bufferBytes);
  }

  /** Creates the file, or empties it. @throws WordmillError as `outputError` says. */
  static async create(path: string, bufferBytes = BUFFER_BYTES): Promise<BufferedFile> {
    try {
      return new BufferedFile(path, await open(path, 'w'), bufferBytes);
    } catch (error) {
      throw outputError(error, path, 'intermediate file');
    }
  }

  /** Goes on writing a file after so many bytes, of which the CRC-32 is given; what is after them is cut off. */
  static async goOn(path: string, bytes: number, checksum: number): Promise<BufferedFile> {
    try {
      const handle = await open(path, 'r+');
      await handle.truncate(bytes);
      const file = new BufferedFile(path, handle, BUFFER_BYTES);
      file.#written = bytes;
      file.#checksum = checksum;
      return file;
    } catch (error) {
      throw outputError(error, path, 'intermediate file');
    }
  }

  /** The CRC-32 of what `write` and the buffer have sent to the disk: of all, after `flush` or `finish`. */
  get checksum(): number {
    return this.#checksum;
  }

  /** How long the file is, with what is still in the buffer. */
  get bytes(): number {
    return this.#written + this.length;
  }

  hasRoom(bytes: number): boolean {
    return this.buffer.length - this.length >= bytes;
  }

  /** Sends the buffer on its way and gives an empty one with room for at least so many bytes. */
  async makeRoom(bytes = 0): Promise<void> {
    await this.#pending;
    const full = this.buffer.subarray(0, this.length);
    this.#pending = this.#send(full, this.#written);
    // Awaited with the next buffer; until then a failure must not count as unhandled.
    this.#pending.catch(() => {});
    this.#written += full.length;
    this.#checksum = crc32(full, this.#checksum);
    const next = this.#spare;
    this.#spare = this.buffer;
    this.buffer = next.length >= bytes ? next : new Uint8Array(bytes);
    this.length = 0;
  }

  /** Appends bytes, of which no copy is kept. */
  async write(bytes: Uint8Array): Promise<void> {
    let start = 0;
    while (start < bytes.length) {
      if (this.length === this.buffer.length) await this.makeRoom();
      const part = bytes.subarray(start, start + this.buffer.length - this.length);
      this.buffer.set(part, this.length);
      this.length += part.length;
      start += part.length;
    }
  }

  /** Writes bytes at a position, past the buffers: for a file that is not written from front to back. */
  writeAt(bytes: Uint8Array, position: number): Promise<void> {
    return this.#send(bytes, position);
  }

  /** Writes what is left, and closes; with `sync`, once the disk has it all. */
  async finish(options: { sync?: boolean } = {}): Promise<void> {
    await this.flush(options);
    await this.close();
  }

  /** Writes what is in the buffer; with `sync`, waits until the disk has it all. */
  async flush(options: { sync?: boolean } = {}): Promise<void> {
    await this.makeRoom();
    await this.#pending;
    try {
      if (options.sync) await this.#handle.sync();
    } catch (error) {
      throw outputError(error, this.path, 'intermediate file');
    }
  }

  /** Closes without writing what is left; for `finally`. Safe after `finish`. */
  async close(): Promise<void> {
    await this.#pending?.catch(() => {});
    await this.#handle.close();
  }

  async #send(bytes: Uint8Array, position: number): Promise<void> {
    try {
      await writeFully(this.#handle, bytes, position);
    } catch (error) {
      throw outputError(error, this.path, 'intermediate file');
    }
  }
}
