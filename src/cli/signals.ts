import { writeSync } from 'node:fs';
import { WordmillError } from '../core/errors.js';
import { afterGrace } from '../core/grace.js';

/**
 * How long a run has to stop by itself, in milliseconds, before the process ends anyway; longer while a checkpoint is
 * being written.
 */
export const GRACE = 5_000;

const EXIT_CODE = { SIGINT: 130, SIGTERM: 143 } as const;

export interface StopSignals {
  /** Fires on the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** The exit code for the signal that came, or undefined. */
  exitCode(): number | undefined;
}

/**
 * Turns SIGINT and SIGTERM into an `AbortSignal`. A second one, or a run that does not stop, ends the process at once;
 * unfinished files are removed either way (`OutputSet` and scratch folders have exit hooks).
 */
export function trapSignals(): StopSignals {
  const controller = new AbortController();
  let exitCode: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (exitCode !== undefined) process.exit(exitCode);
      exitCode = EXIT_CODE[name];
      controller.abort(new WordmillError('aborted', 'interrupted; nothing was written', { exitCode }));
      afterGrace(GRACE, () => {
        tell('wordmill: interrupted, and did not stop by itself; nothing was written\n');
        process.exit(exitCode);
      });
    });
  }
  return { signal: controller.signal, exitCode: () => exitCode };
}

/** Writes to standard error at once: the process ends before a stream would. */
function tell(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // Nobody reads it.
  }
}
