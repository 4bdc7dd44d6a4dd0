import { secondsOf } from '../core/duration.js';
import { EXIT_CODES } from '../core/errors.js';
import { afterGrace } from '../core/grace.js';
import type { Log } from './log.js';
import { GRACE } from './signals.js';

/**
 * Runs something that stops by itself when its time is up; where it does not, ends the process, as after a signal.
 *
 * @param timeout as in a definition
 */
export async function withinTime<T>(
  timeout: string | number | undefined,
  log: Log,
  body: () => Promise<T>,
): Promise<T> {
  const endProcess = (): void => {
    log.close();
    log.error('timed out, and did not stop by itself; nothing was written', { kind: 'tryAgain' });
    process.exit(EXIT_CODES.tryAgain);
  };
  let isDone = false;
  const wait = (): void => afterGrace(GRACE, () => isDone || endProcess());
  const timer = timeout === undefined ? undefined : setTimeout(wait, secondsOf(timeout)! * 1_000);
  try {
    return await body();
  } finally {
    isDone = true;
    clearTimeout(timer);
  }
}
