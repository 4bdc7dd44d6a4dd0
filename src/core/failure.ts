import { EXIT_CODES, isOutOfMemory, systemCode, WordmillError } from './errors.js';

/** What the user reads of an error, and the exit code. */
export interface Failure {
  readonly message: string;
  readonly exitCode: number;
  readonly kind: string;
}

/**
 * Any error as a user's message and an exit code (DESIGN's, after BSD's `sysexits.h`). Errors that are not ours are
 * defects, but for the system's own and those of memory.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof WordmillError) {
    const stack = error.kind === 'internal' ? reportHint(error) : '';
    return { message: error.message + stack, exitCode: error.exitCode, kind: error.kind };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (isOutOfMemory(error)) {
    return {
      message: `out of memory: ${message}\n  Fewer --dimensions, a larger --min-count or --max-vocabulary need less.`,
      exitCode: EXIT_CODES.outOfMemory,
      kind: 'outOfMemory',
    };
  }
  if (systemCode(error) !== undefined && (error as { syscall?: string }).syscall !== undefined) {
    return { message, exitCode: EXIT_CODES.inputOutput, kind: 'inputOutput' };
  }
  return {
    message: `internal error: ${message}${reportHint(error)}`,
    exitCode: EXIT_CODES.internal,
    kind: 'internal',
  };
}

function reportHint(error: unknown): string {
  const stack = process.env.DEBUG && error instanceof Error ? `\n${error.stack}` : '';
  return (
    stack +
    '\n  This is a defect of wordmill. Please report it with the command, the output of wordmill doctor, and what ' +
    'DEBUG=1 adds to this message.'
  );
}
