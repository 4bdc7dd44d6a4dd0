import type { Progress } from '../../core/report.js';
import { type Log, type LogFields, samePhase } from './log.js';
import { Pace } from './progress-text.js';

/** How often a line of progress is written, in milliseconds. */
const INTERVAL = 5_000;

/** Progress as lines: one every few seconds, and one at the end of each phase. */
export abstract class ThrottledLog implements Log {
  #last: Progress | undefined;
  #lastWritten: Progress | undefined;
  #pace: Pace | undefined;
  #writtenAt = 0;

  /** @param quiet leave out progress and notes. */
  constructor(protected readonly quiet: boolean) {}

  progress(progress: Progress): void {
    if (this.quiet) return;
    const now = performance.now();
    if (!samePhase(this.#last, progress)) {
      this.close();
      this.#pace = new Pace(progress, now);
      this.#writtenAt = now;
    }
    this.#last = progress;
    if (now - this.#writtenAt >= INTERVAL) this.#write(now);
  }

  close(): void {
    this.flush();
    this.#last = undefined;
  }

  /** Writes where the phase has come to, if no line has said it yet, so that lines stand in the order of events. */
  protected flush(): void {
    if (this.#last && this.#last !== this.#lastWritten) this.#write(performance.now());
  }

  #write(now: number): void {
    this.#lastWritten = this.#last;
    this.#writtenAt = now;
    this.writeProgress(this.#last!, this.#pace!, now);
  }

  protected abstract writeProgress(progress: Progress, pace: Pace, now: number): void;
  abstract warning(message: string): void;
  abstract note(message: string, fields?: LogFields): void;
  abstract error(message: string, fields?: LogFields): void;
}
