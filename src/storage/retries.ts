import { setTimeout as sleep } from 'node:timers/promises';
import { abortError, type ErrorDetails, throwIfAborted, WordmillError } from '../core/errors.js';

/** A failure that may pass, such as a service that does not answer: what failed is tried again. */
export class PassingFailure extends WordmillError {
  constructor(problem: string, details: ErrorDetails = {}) {
    super('unavailable', problem, details);
  }
}

/** How often, and after what time, something that failed is tried again. */
export interface RetrySettings {
  /** Tries after the first. */
  readonly retries: number;
  /** Seconds before the second try; doubled for each that follows. */
  readonly wait: number;
  /** Seconds that no wait is longer than. */
  readonly maxWait: number;
  /** Told of each retry, in a line. */
  readonly note?: ((message: string) => void) | undefined;
  /** Numbers from 0 to 1, for the spread of waits; others than `Math.random` in tests. */
  readonly random?: () => number;
}

/** About a minute and a half of patience. */
export const RETRY_DEFAULTS: RetrySettings = { retries: 9, wait: 0.25, maxWait: 30 };

/**
 * Makes an attempt until it succeeds, or fails in a way that does not pass, with exponential back-off between; half of
 * each wait is drawn at random, so that many machines do not come back at once.
 *
 * @throws WordmillError `unavailable` when all tries failed, `aborted` when the signal fires, and what `attempt` throws
 * that is no `PassingFailure`.
 */
export async function retrying<Result>(
  attempt: () => Promise<Result>,
  settings: RetrySettings,
  signal?: AbortSignal,
): Promise<Result> {
  for (let failures = 0; ; failures++) {
    try {
      if (signal) throwIfAborted(signal);
      return await attempt();
    } catch (error) {
      if (signal?.aborted) throw abortError(signal);
      if (!(error instanceof PassingFailure)) throw error;
      if (failures >= settings.retries) throw givenUp(error, failures);
      const seconds = waitAfter(failures, settings);
      settings.note?.(`${error.message}; trying again in ${seconds.toFixed(1)} s`);
      await sleep(seconds * 1000, undefined, signal && { signal }).catch(() => {});
    }
  }
}

/** Seconds to wait after a failure, with `failures` before it. */
export function waitAfter(
  failures: number,
  { wait, maxWait, random = Math.random }: Pick<RetrySettings, 'wait' | 'maxWait' | 'random'>,
): number {
  return Math.min(maxWait, wait * 2 ** failures) * (0.5 + random() / 2);
}

function givenUp(failure: PassingFailure, retries: number): WordmillError {
  const tries = retries === 0 ? '' : `; ${retries} ${retries === 1 ? 'retry' : 'retries'} did not help`;
  return new WordmillError('unavailable', `${failure.message}${tries}`, {
    hint: 'Run it again when the storage answers: what is done is kept.',
    cause: failure,
  });
}
