import type { FileHandle } from 'node:fs/promises';

/**
 * Reads until `bytes` is full or the file ends; the system may give less at a time.
 *
 * @param position in the file; without one, where the last such read ended
 * @returns how many bytes it read
 */
export async function readFully(file: FileHandle, bytes: Uint8Array, position?: number): Promise<number> {
  let done = 0;
  while (done < bytes.length) {
    const at = position === undefined ? null : position + done;
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, at);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** Writes all of `bytes` at a position in a file; the system may take less at a time. */
export async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
