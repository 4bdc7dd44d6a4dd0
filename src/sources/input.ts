import { close, closeSync, constants, open as openDescriptor, openSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { abortError, isOutOfMemory, systemCode, throwIfAborted, WordmillError } from '../core/errors.js';
import { readFully } from '../core/whole-io.js';
import { type FileState, requireSameState } from './file-state.js';

/** One input of a source: a name for messages, and its bytes, compressed or not. */
export interface Input {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The same bytes in any order, where that is possible. */
  readonly stored?: StoredBytes | undefined;
  /** Where it is a part of a file: where that starts, and what it is read as. */
  readonly part?: InputPart | undefined;
}

/** A part of a plain file, from the start of a line to the end of one. */
export interface InputPart {
  readonly firstByte: number;
  readonly format: LineFormat;
}

/** Formats whose files can be begun with at any line. */
export type LineFormat = 'text' | 'jsonl';

/** Bytes that can be read in any order. */
export interface StoredBytes {
  /** How many there are. */
  readonly size: number;
  /** Reads from a position until `into` is full or the bytes end; gives how many there were. */
  read(into: Uint8Array, position: number): Promise<number>;
}

const CHUNK_BYTES = 512 * 1024;

/** What keeps a file from being opened, by system code; anything else is an I/O error. */
const OPENING_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of this path is not a folder',
  EACCES: 'not readable: permission denied',
  EPERM: 'not readable: permission denied',
  ELOOP: 'a link that leads back to itself',
  EISDIR: 'this is a folder',
  ENXIO: 'there is nothing at the other end of this device or socket',
  ENAMETOOLONG: 'this path is too long',
};

/** The error for a file that cannot be opened: `noInput` where that is the file's fault, else `inputOutput`. */
export function openingError(error: unknown, path: string, hint?: string): WordmillError {
  const problem = OPENING_PROBLEMS[systemCode(error) ?? ''];
  if (problem === undefined) return readingError(error, path);
  return new WordmillError('noInput', problem, {
    place: { file: path },
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}

/** The error for a file that cannot be read on: `inputOutput`, or `outOfMemory`. */
export function readingError(error: unknown, path: string): WordmillError {
  if (error instanceof WordmillError) return error;
  if (isOutOfMemory(error)) {
    return new WordmillError('outOfMemory', 'no memory to read it', { place: { file: path }, cause: error });
  }
  return new WordmillError('inputOutput', `cannot be read: ${(error as Error).message}`, {
    place: { file: path },
    cause: error,
  });
}

/** An open file whose first bytes are in memory. */
export class OpenFile implements Input {
  readonly name: string;
  readonly stored?: StoredBytes;
  readonly #handle: FileHandle;
  readonly #opened: Stats;
  readonly #first: Uint8Array;

  /**
   * Of a file that grows, what was in it when it was opened is read.
   *
   * @param expected what it is to be still, where something was said of it before
   * @throws WordmillError `noInput` or `inputOutput`, `tryAgain` where it is not as expected; when it is read, `inputOutput`
   * too where it got shorter, or was written over
   */
  static async open(path: string, expected?: FileState): Promise<OpenFile> {
    const handle = await open(path, 'r').catch((error: unknown) => {
      throw openingError(error, path);
    });
    try {
      const status = await handle.stat();
      if (expected && status.isFile()) {
        requireSameState(path, expected, { size: status.size, modified: status.mtimeMs });
      }
      return new OpenFile(path, handle, status, await readChunk(handle, path));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  private constructor(name: string, handle: FileHandle, status: Stats, first: Uint8Array) {
    this.name = name;
    this.#handle = handle;
    this.#opened = status;
    this.#first = first;
    if (!status.isFile()) return;
    const failed = (error: unknown): never => {
      throw readingError(error, name);
    };
    const read: StoredBytes['read'] = (into, position) => readFully(handle, into, position).catch(failed);
    this.stored = { size: status.size, read };
  }

  get chunks(): AsyncIterable<Uint8Array> {
    return this.#read();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    // Files of the system (/proc) say that they are empty, and are not.
    const sized = this.#opened.isFile() && this.#opened.size > 0;
    let left = sized ? this.#opened.size : Number.POSITIVE_INFINITY;
    let chunk = this.#first.subarray(0, left);
    let next: Promise<Uint8Array> | undefined;
    try {
      while (chunk.length > 0) {
        left -= chunk.length;
        // Read while the chunk before is being worked on; a failure counts when its turn comes.
        next = left > 0 ? readChunk(this.#handle, this.name) : undefined;
        next?.catch(() => {});
        yield chunk;
        chunk = next ? (await next).subarray(0, left) : new Uint8Array(0);
      }
      if (sized) await this.#requireUnchanged(left);
    } finally {
      await next?.catch(() => {});
    }
  }

  /** @throws WordmillError `inputOutput` where what was read is not what was there. */
  async #requireUnchanged(missing: number): Promise<void> {
    const now = await this.#handle.stat();
    const rewritten = now.size === this.#opened.size && now.mtimeMs !== this.#opened.mtimeMs;
    if (missing === 0 && now.size >= this.#opened.size && !rewritten) return;
    const how = rewritten && missing === 0 ? 'was written over' : 'got shorter';
    throw new WordmillError('inputOutput', `this file ${how} while it was read`, {
      place: { file: this.name },
      hint: 'Run again once nobody changes it. Files that are in use are to be replaced, not written over.',
    });
  }
}

/** Into a new buffer each time: decoders hold on to what they are given. */
async function readChunk(handle: FileHandle, path: string): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  try {
    const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw readingError(error, path);
  }
}

/** Names of standard input as a file; where it is a socket, it cannot be opened by name. */
const STANDARD_INPUT = new Set(['/dev/stdin', '/dev/fd/0', '/proc/self/fd/0']);

/**
 * Opens a named pipe (or what the shell's `<(...)` names); waits for whoever writes to it.
 *
 * @throws WordmillError `noInput` or `inputOutput`
 */
export async function openPipe(path: string, signal: AbortSignal): Promise<Input & { close(): void }> {
  // A socket waits without holding one of the few threads that read files, and stops waiting when destroyed.
  const stream = STANDARD_INPUT.has(path)
    ? process.stdin
    : new Socket({ fd: await descriptorOf(path, signal), readable: true, writable: false });
  return { name: path, chunks: readStream(stream, path, signal), close: () => stream.destroy() };
}

/** Opening a named pipe lasts until somebody opens its other end; the signal ends the wait. */
function descriptorOf(path: string, signal: AbortSignal): Promise<number> {
  throwIfAborted(signal);
  return new Promise((resolve, reject) => {
    let nudging: NodeJS.Timeout | undefined;
    const stop = (): void => {
      nudge(path);
      // Again, in case the thread had not begun to wait.
      nudging = setInterval(() => nudge(path), 20);
      reject(abortError(signal));
    };
    signal.addEventListener('abort', stop, { once: true });
    openDescriptor(path, 'r', (error, descriptor) => {
      signal.removeEventListener('abort', stop);
      clearInterval(nudging);
      if (error) reject(openingError(error, path));
      else if (signal.aborted) close(descriptor);
      else resolve(descriptor);
    });
  });
}

/**
 * Is a pipe's other end for a moment: lets go of a thread that waits for one, without which no process can end. At
 * once, since the caller may remove the pipe as soon as it hears of the abort; opening both ends never waits.
 */
function nudge(path: string): void {
  try {
    closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
  } catch {
    // The pipe is gone.
  }
}

/** The chunks of a stream; the stream is closed at the end, on errors and when the signal fires. */
export async function* readStream(
  stream: Readable,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  throwIfAborted(signal);
  const stop = (): void => {
    stream.destroy(abortError(signal));
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } catch (error) {
    throw signal.aborted ? abortError(signal) : readingError(error, name);
  } finally {
    signal.removeEventListener('abort', stop);
    stream.destroy();
  }
}
