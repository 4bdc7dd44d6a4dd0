import { type FileHandle, open } from 'node:fs/promises';
import { systemCode, WordmillError } from '../core/errors.js';
import { isUrl, nameOfEntry } from '../core/shown-url.js';
import { readFully } from '../core/whole-io.js';

const NO_URL = 'Only text is read from servers: download the file, and give its path.';
const NO_PIPE = 'Vector files are read more than once: write what comes from a pipe to a file first.';

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
      throw new WordmillError('noInput', whyNotOpened(cause), {
        ...{ place: { file: nameOfEntry(path) }, cause },
        ...(path === '-' && { hint: NO_PIPE }),
        ...(isUrl(path) && { hint: NO_URL }),
      });
    }
    await handle.close();
    throw new WordmillError('noInput', 'this is not a regular file', {
      place: { file: path },
      hint: NO_PIPE,
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
