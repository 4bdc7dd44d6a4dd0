import { abortError, systemCode, WordmillError } from './errors.js';

/**
 * Writes to standard output, and waits while its reader is slow. Gives whether it is still open: a reader that has
 * had enough (`| head`) closes it, which is no error.
 *
 * @throws WordmillError `inputOutput` where it cannot be written (a full disk); the abort error when the signal fires,
 * also while a reader that reads no further is waited for.
 */
export async function writeStandardOutput(data: Uint8Array | string, signal?: AbortSignal): Promise<boolean> {
  const error = await write(process.stdout, data, signal);
  if (!error) return true;
  if (systemCode(error) === 'EPIPE') return false;
  throw new WordmillError('inputOutput', `cannot write to standard output: ${error.message}`, {
    cause: error,
  });
}

/** Writes to a stream; its error is the result, and does not end the process as one without a listener would. */
function write(
  stream: NodeJS.WriteStream,
  data: Uint8Array | string,
  signal: AbortSignal | undefined,
): Promise<Error | undefined> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal));
    const stop = (): void => reject(abortError(signal!));
    leaveErrors(stream);
    signal?.addEventListener('abort', stop, { once: true });
    stream.write(data, (error) => {
      signal?.removeEventListener('abort', stop);
      // The stream emits its error only after this callback.
      setImmediate(() => takeErrors(stream));
      resolve(error ?? undefined);
    });
  });
}

/** How many writes of a stream are under way: all of them share one listener, as many lines would leave a crowd. */
const writing = new WeakMap<NodeJS.WriteStream, number>();
const ignore = (): void => {};

function leaveErrors(stream: NodeJS.WriteStream): void {
  const others = writing.get(stream) ?? 0;
  if (others === 0) stream.on('error', ignore);
  writing.set(stream, others + 1);
}

function takeErrors(stream: NodeJS.WriteStream): void {
  const others = writing.get(stream)! - 1;
  writing.set(stream, others);
  if (others === 0) stream.off('error', ignore);
}
