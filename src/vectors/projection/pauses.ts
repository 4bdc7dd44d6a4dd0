import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../../core/errors.js';
import type { Progress } from '../../core/report.js';

/** What a projection is lent. */
export interface ProjectionContext {
  /** Stops the work soon; it then throws the error `aborted`. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

const BETWEEN_PAUSES = 50; // milliseconds

/** Lets long work in JavaScript make way for other events, and be stopped by them. */
export class Pauses {
  #last = performance.now();

  constructor(readonly context: ProjectionContext) {}

  /** Called often; gives way some twenty times a second, and tells how far the work is. */
  async pause(progress: Progress): Promise<void> {
    if (performance.now() - this.#last < BETWEEN_PAUSES) return;
    const { signal, onProgress } = this.context;
    onProgress?.(progress);
    await setImmediate();
    if (signal) throwIfAborted(signal);
    this.#last = performance.now();
  }
}
