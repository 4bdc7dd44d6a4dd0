import { WordmillError } from '../core/errors.js';
import type { OutputSet } from '../core/outputs.js';
import type { StageContext } from '../core/stage.js';
import { writeStandardOutput } from '../core/standard-output.js';

/** Where a sink's bytes go: a file of the run's outputs, or standard output. */
export interface Output {
  write(bytes: Uint8Array): Promise<void>;
  /** Replaces bytes that were written before; throws on standard output. */
  writeAt(bytes: Uint8Array, position: number): Promise<void>;
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
export async function openOutput(
  path: string,
  { outputs, signal }: Pick<StageContext, 'outputs' | 'signal'>,
): Promise<Output> {
  if (path !== STANDARD_OUTPUT) return outputs.create(path);
  if (taken.has(outputs)) {
    throw new WordmillError('cannotCreate', 'two outputs would be written to standard output', {
      hint: 'Give each output but one the path of a file.',
    });
  }
  taken.add(outputs);
  return new StandardOutput(signal);
}

/** Standard output. A reader that closes it early (`head`) has enough: the rest is dropped without a word. */
class StandardOutput implements Output {
  readonly #signal: AbortSignal;
  #closed = false;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#closed) this.#closed = !(await writeStandardOutput(bytes, this.#signal));
  }

  async writeAt(): Promise<void> {
    throw new WordmillError('internal', 'standard output cannot be written to at a position');
  }

  async finish(): Promise<void> {}
}
