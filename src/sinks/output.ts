import { abortError, systemCode, WordmillError } from '../core/errors.js';
import type { OutputSet } from '../core/outputs.js';
import type { StageContext } from '../core/stage.js';

/** Where a sink's bytes go: a file of the run's outputs, or standard output. */
export interface Output {
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
}

/** The path that stands for standard output. */
export const STANDARD_OUTPUT = '-';

/** The runs that have given standard output to a sink. */
const taken = new WeakSet<OutputSet>();

/**
 * Opens an output before anything is read, so that a path that cannot be written ends the run at once.
 *
 * @throws WordmillError `cannotCreate` as in `OutputSet.create`, or where two sinks write to standard output.
 */
export async function openOutput(path: string, { outputs, signal }: StageContext): Promise<Output> {
  if (path !== STANDARD_OUTPUT) return outputs.create(path);
  if (taken.has(outputs)) {
    throw new WordmillError('cannotCreate', 'two outputs would be written to standard output', {
      hint: 'Give each output but one the path of a file.',
    });
  }
  taken.add(outputs);
  return new StandardOutput(signal);
}

/**
 * Standard output. A reader that closes it early (`head`) has enough: the rest is dropped without a word. The signal
 * ends the wait for a reader that reads no further.
 */
class StandardOutput implements Output {
  readonly #signal: AbortSignal;
  #closed = false;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#closed) return;
    const error = await writeTo(process.stdout, bytes, this.#signal);
    if (!error) return;
    if (systemCode(error) !== 'EPIPE') {
      throw new WordmillError('inputOutput', `cannot write to standard output: ${error.message}`, {
        cause: error,
      });
    }
    this.#closed = true;
  }

  async finish(): Promise<void> {}
}

/** Writes to a stream; its error is the result, and does not end the process as one without a listener would. */
function writeTo(
  stream: NodeJS.WriteStream,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<Error | undefined> {
  return new Promise((resolve, reject) => {
    const onError = (): void => {};
    const stop = (): void => reject(abortError(signal));
    stream.on('error', onError);
    signal.addEventListener('abort', stop, { once: true });
    stream.write(bytes, (error) => {
      signal.removeEventListener('abort', stop);
      // The stream emits its error only after this callback.
      setImmediate(() => stream.off('error', onError));
      resolve(error ?? undefined);
    });
  });
}
