import { secondsOf } from '../../core/duration.js';
import { WordmillError } from '../../core/errors.js';

/** A run's time is being taken. */
export interface TimeLimit {
  /** Fires when the given signal does, or when time is up. */
  readonly signal: AbortSignal | undefined;
  /** Stops the clock. */
  end(): void;
}

/**
 * Limits the time of a run: its signal then fires with a reason of kind `tryAgain`. Time is counted by a clock that
 * nobody can set.
 *
 * @param timeout as in a definition; without one there is no limit.
 */
export function limitTime(signal: AbortSignal | undefined, timeout: string | number | undefined): TimeLimit {
  if (timeout === undefined) return { signal, end() {} };
  const timer = new AbortController();
  const running = setTimeout(() => {
    const problem = `timed out after ${describe(timeout)}; nothing was written`;
    timer.abort(new WordmillError('tryAgain', problem, { hint: HINT }));
  }, secondsOf(timeout)! * 1_000).unref();
  return {
    signal: signal ? AbortSignal.any([signal, timer.signal]) : timer.signal,
    end: () => clearTimeout(running),
  };
}

const HINT = 'Give it more time (timeout, --timeout), or less to do.';

function describe(timeout: string | number): string {
  return typeof timeout === 'number' ? `${timeout}s` : timeout;
}
