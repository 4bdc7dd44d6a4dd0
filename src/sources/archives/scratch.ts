import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { abortError } from '../../core/errors.js';
import { outputError } from '../../core/outputs.js';
import type { StageContext } from '../../core/stage.js';
import { OpenFile, type StoredBytes } from '../input.js';

/**
 * Keeps bytes that come one after the other in a scratch file, so that they can be read in any order; the file is gone when
 * it is closed.
 *
 * @throws WordmillError `cannotCreate` or `inputOutput` where the file cannot be written
 */
export async function storeForReading(
  chunks: AsyncIterable<Uint8Array>,
  context: StageContext,
): Promise<StoredBytes & { close(): Promise<void> }> {
  const path = join(await context.scratchFolder(), 'archive.zip');
  const output = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  let failed: unknown;
  output.on('error', (error) => {
    failed = error;
  });
  try {
    await pipeline(chunks, output, { signal: context.signal });
    const file = await OpenFile.open(path);
    return { ...file.stored!, close: () => file.close() };
  } catch (error) {
    if (context.signal.aborted) throw abortError(context.signal);
    throw failed === error ? outputError(error, path, 'intermediate file') : error;
  } finally {
    await rm(path, { force: true });
  }
}
