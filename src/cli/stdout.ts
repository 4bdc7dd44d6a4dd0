import { writeStandardOutput } from '../core/standard-output.js';

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
    if (!(await writeStandardOutput(chunk, signal))) return;
  }
}
