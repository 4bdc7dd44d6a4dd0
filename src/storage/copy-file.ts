import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { abortError } from '../core/errors.js';

/** How much is read at a time: so much that a network folder is not asked for every few kilobytes. */
export const CHUNK_BYTES = 1 << 20;

/**
 * Writes a stream to a new file. `fs.copyFile` cannot be interrupted.
 *
 * @param to is not there yet
 * @param options.flush waits until the disk has it
 * @throws the system's error, and the abort error when the signal fires
 */
export async function copyNew(
  from: Readable,
  to: string,
  { signal, flush }: { readonly signal: AbortSignal | undefined; readonly flush: boolean },
): Promise<void> {
  try {
    await pipeline(
      from,
      createWriteStream(to, { flags: 'wx', flush, highWaterMark: CHUNK_BYTES }),
      signal ? { signal } : {},
    );
  } catch (error) {
    if (signal?.aborted) throw abortError(signal);
    throw error;
  }
}
