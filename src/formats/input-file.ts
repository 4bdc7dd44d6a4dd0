import { type FileHandle, open } from 'node:fs/promises';
import { systemCode, throwIfAborted, WordmillError } from '../core/errors.js';
import { readFully } from '../core/whole-io.js';

const BLOCK_BYTES = 1 << 20;
/** 65,536 numbers in their longest usual text, and a long word, fit well into this. */
const LONGEST_LINE = 16 << 20;

/** A regular file that is read piece by piece. */
export class InputFile {
  private constructor(
    readonly path: string,
    /** In bytes, when it was opened. */
    readonly size: number,
    readonly handle: FileHandle,
  ) {}

  /** @throws WordmillError `noInput` where there is no such file, or it cannot be opened. */
  static async open(path: string): Promise<InputFile> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'r');
      const stats = await handle.stat();
      if (stats.isFile()) return new InputFile(path, stats.size, handle);
    } catch (cause) {
      await handle?.close();
      throw new WordmillError('noInput', whyNotOpened(cause), { place: { file: path }, cause });
    }
    await handle.close();
    throw new WordmillError('noInput', 'this is not a regular file', {
      place: { file: path },
      hint: 'Vector files are read more than once: write what comes from a pipe to a file first.',
    });
  }

  /** Reads at a position until `bytes` is full or the file ends; returns how many bytes it read. */
  async read(bytes: Uint8Array, position: number): Promise<number> {
    try {
      return await readFully(this.handle, bytes, position);
    } catch (cause) {
      throw new WordmillError('inputOutput', `cannot read this file: ${(cause as Error).message}`, {
        place: { file: this.path, byte: position },
        cause,
      });
    }
  }

  /** The first bytes of the file, at most `length`. */
  async head(length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(Math.min(length, this.size));
    return bytes.subarray(0, await this.read(bytes, 0));
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/**
 * A file as blocks of whole lines, each ended by `\n` but perhaps the last. A block is valid until the next one is
 * asked for.
 *
 * @throws WordmillError `data` at a line of more than 16 MiB.
 */
export async function* lineBlocks(file: InputFile, signal?: AbortSignal): AsyncGenerator<Buffer> {
  let buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  let kept = 0;
  let position = 0;
  for (;;) {
    if (signal) throwIfAborted(signal);
    const read = await file.read(buffer.subarray(kept), position);
    position += read;
    const filled = kept + read;
    if (filled < buffer.length) {
      if (filled > 0) yield buffer.subarray(0, filled);
      return;
    }
    const end = buffer.lastIndexOf(0x0a) + 1;
    if (end > 0) {
      yield buffer.subarray(0, end);
      buffer.copyWithin(0, end);
    } else {
      if (buffer.length >= LONGEST_LINE) throw lineTooLong(file.path, position - filled);
      buffer = Buffer.concat([buffer], buffer.length * 2);
    }
    kept = filled - end;
  }
}

function lineTooLong(path: string, byte: number): WordmillError {
  return new WordmillError('data', 'a line of more than 16 MiB starts here: this is not a file of vectors', {
    place: { file: path, byte },
  });
}

function whyNotOpened(error: unknown): string {
  switch (systemCode(error)) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
    case 'EPERM':
      return 'no permission to read this file';
    default:
      return `cannot open this file: ${(error as Error).message}`;
  }
}
