import { setTimeout as sleep } from 'node:timers/promises';
import { abortError, throwIfAborted, WordmillError } from '../../core/errors.js';
import type { Report } from '../../core/report.js';
import { networkFailure, PassingFailure } from './failures.js';
import type { HttpOptions } from './options.js';

/** So many bytes without a failure, and failures are counted anew. */
const PROGRESS = 256 * 1024;

/** What waiting needs to know. */
export interface RetrySettings {
  readonly options: Pick<HttpOptions, 'retries' | 'retryWait' | 'maxRetryWait'>;
  readonly signal: AbortSignal;
  /** Who is told of retries. */
  readonly report?: Report | undefined;
  /** Numbers from 0 to 1, for the spread of waits. */
  readonly random: () => number;
}

/** Counts the failures of one download, and waits between attempts: exponential back-off with jitter. */
export class Retries {
  readonly #name: string;
  readonly #settings: RetrySettings;
  #failures = 0;
  #bytes = 0;

  constructor(name: string, settings: RetrySettings) {
    this.#name = name;
    this.#settings = settings;
  }

  /** Bytes came: where it goes on well, earlier failures no longer count. */
  received(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes >= PROGRESS) this.#failures = 0;
  }

  /**
   * Makes an attempt until it succeeds, or fails in a way that cannot pass.
   *
   * @param position the byte that is asked for
   * @throws WordmillError as `after` says
   */
  async until<Result>(attempt: () => Promise<Result>, position: number): Promise<Result> {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        await this.after(error, position);
      }
    }
  }

  /**
   * Waits after a failure, before the next attempt.
   *
   * @param position the byte that will be asked for
   * @throws WordmillError what a failure that cannot pass means, `unavailable` when there were too many that could,
   * `aborted` when the signal fires
   */
  async after(error: unknown, position: number): Promise<void> {
    const { options, signal, report, random } = this.#settings;
    throwIfAborted(signal);
    const failure = networkFailure(error, this.#name);
    if (!(failure instanceof PassingFailure)) throw failure;
    if (this.#failures >= options.retries) {
      throw new WordmillError(
        'unavailable',
        `${failure.problem}${this.#failures === 0 ? '' : `; ${this.#failures} ${this.#failures === 1 ? 'retry' : 'retries'} did not help`}`,
        {
          place: { file: this.#name, ...(position > 0 && { byte: position }) },
          hint: 'Try again later; --http-retries (source.http.retries) makes it more patient.',
          cause: failure,
        },
      );
    }
    const seconds = waitBefore(this.#failures, failure.retryAfter, options, random());
    this.#failures++;
    this.#bytes = 0;
    report?.count('source', 'retries');
    report?.note(
      `${this.#name}: ${failure.problem}; ${position > 0 ? `going on at byte ${position}` : 'trying again'} in ${seconds.toFixed(1)} s (${this.#failures} of ${options.retries})`,
    );
    await sleep(seconds * 1000, undefined, { signal }).catch(() => {
      throw abortError(signal);
    });
  }
}

/**
 * Seconds to wait before a retry: `retryWait` doubled for each failure before, of which half is varied at random so
 * that many clients do not come back at once; at least what the server asks for, at most `maxRetryWait`.
 *
 * @param failures how many there were before this one
 * @param random from 0 to 1
 */
export function waitBefore(
  failures: number,
  retryAfter: number | undefined,
  { retryWait, maxRetryWait }: Pick<HttpOptions, 'retryWait' | 'maxRetryWait'>,
  random: number,
): number {
  const backOff = retryWait * 2 ** failures * (0.5 + random / 2);
  return Math.min(maxRetryWait, Math.max(backOff, retryAfter ?? 0));
}
