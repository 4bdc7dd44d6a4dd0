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

/** Says when work is to be left at a place to go on from. */
export interface Pauses {
  /** Whether it is time; also when the run is to stop. */
  isDue(): boolean;
}

/**
 * Waits for native work to end; calls `report` some five times a second and once at its end, and stops the work when the
 * signal fires.
 *
 * @param pauses where work is paused when it is due, and when the signal fires: what it gives then says where it is, and
 * whoever called goes on, or stops.
 * @throws WordmillError `aborted`, or what the work says.
 */
export async function watchWork<Result>(
  work: Pick<LongWork<Result>, 'finished' | 'abort'> & { pause?(): void },
  { signal }: { readonly signal?: AbortSignal },
  report?: () => void,
  pauses?: Pauses,
): Promise<Result> {
  const pauseIfDue = (): void => {
    if (pauses?.isDue()) work.pause?.();
  };
  const tick = (): void => {
    report?.();
    pauseIfDue();
  };
  const stop = pauses ? pauseIfDue : work.abort;
  const timer = (report ?? pauses) && setInterval(tick, BETWEEN_REPORTS);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  pauseIfDue();
  try {
    const result = await work.finished;
    if (signal && result.stopped) throw abortError(signal);
    if (signal && !pauses) throwIfAborted(signal);
    report?.();
    return result;
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', stop);
  }
}
