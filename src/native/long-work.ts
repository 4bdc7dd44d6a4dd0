import { abortError, throwIfAborted } from '../core/errors.js';

/** Work under way on threads of its own. */
export interface LongWork<Result> {
  /** Rejects with `data` for damaged input, `outOfMemory`, `cannotCreate`, `inputOutput` or `internal`. */
  readonly finished: Promise<Result & { readonly stopped: boolean }>;
  /** How much is done, in what its job counts: tokens counted, cells read or trained on, rows compared, iterations. */
  progress(): number;
  /** Makes `finished` resolve soon, `stopped` set; what was to be made is then incomplete. */
  abort(): void;
}

/** Work that can be left, to go on later. */
export interface PausableWork<Result> extends LongWork<Result> {
  /** Makes `finished` resolve soon, with where it is; something is done first. */
  pause(): void;
}

const BETWEEN_REPORTS = 200; // milliseconds

/**
 * Waits for native work to end; calls `report` some five times a second and once at its end, and stops the work when the
 * signal fires.
 *
 * @throws WordmillError `aborted`, or what the work says.
 */
export async function watchWork<Result>(
  work: Pick<LongWork<Result>, 'finished' | 'abort'>,
  { signal }: { readonly signal?: AbortSignal },
  report?: () => void,
): Promise<Result> {
  const timer = report && setInterval(report, BETWEEN_REPORTS);
  signal?.addEventListener('abort', work.abort, { once: true });
  if (signal?.aborted) work.abort();
  try {
    const result = await work.finished;
    if (signal && result.stopped) throw abortError(signal);
    if (signal) throwIfAborted(signal);
    report?.();
    return result;
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', work.abort);
  }
}
