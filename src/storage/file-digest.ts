import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { abortError } from '../core/errors.js';
import type { Blob } from './blob.js';
import { CHUNK_BYTES } from './copy-file.js';

/**
 * What a file's content is called.
 *
 * @throws the system's error, and the abort error when the signal fires
 */
export async function digestOf(path: string, signal: AbortSignal): Promise<Blob> {
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
      { signal },
    );
  } catch (error) {
    if (signal.aborted) throw abortError(signal);
    throw error;
  }
  return { sha256: hash.digest('hex'), bytes };
}
