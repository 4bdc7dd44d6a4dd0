import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { abortError } from './errors.js';

/** Large enough that reading a file costs little more than hashing it. */
const CHUNK_BYTES = 1 << 20;

/**
 * The SHA-256 of a file's bytes, in hexadecimal, and how many there are.
 *
 * @throws the system's error, and the abort error when the signal fires
 */
export async function digestOf(
  path: string,
  signal?: AbortSignal,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await pipeline(
      createReadStream(path, { highWaterMark: CHUNK_BYTES }),
      async (chunks: AsyncIterable<Uint8Array>) => {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          hash.update(chunk);
        }
      },
      { ...(signal && { signal }) },
    );
  } catch (error) {
    if (signal?.aborted) throw abortError(signal);
    throw error;
  }
  return { sha256: hash.digest('hex'), bytes };
}
