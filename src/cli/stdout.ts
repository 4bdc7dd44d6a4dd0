import { abortError, systemCode, WordmillError } from '../core/errors.js';

/** Errors of our own streams reach those who write; without this, the first would end the process with a stack. */
export function leaveStreamErrorsToWriters(): void {
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
}

/**
 * Writes data to standard output, waiting while its reader is slow. A reader that has had enough (`| head`) ends the
 * writing, and so whatever makes the data, without a word.
 *
 * @throws WordmillError `inputOutput` where it cannot be written (a full disk); `aborted` when the signal fires.
 */
export async function writeToStdout(
  data: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  signal?: AbortSignal,
): Promise<void> {
  for await (const chunk of data) {
    const error = await write(chunk, signal);
    if (systemCode(error) === 'EPIPE') return;
    if (error) {
      throw new WordmillError('inputOutput', `cannot write to standard output: ${error.message}`, {
        cause: error,
      });
    }
  }
}

/** Resolves once the chunk is taken, with what went wrong; rejects when the signal fires while its reader is slow. */
function write(chunk: Uint8Array | string, signal?: AbortSignal): Promise<Error | undefined> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal));
    const stop = (): void => reject(abortError(signal!));
    signal?.addEventListener('abort', stop, { once: true });
    process.stdout.write(chunk, (error) => {
      signal?.removeEventListener('abort', stop);
      resolve(error ?? undefined);
    });
  });
}
