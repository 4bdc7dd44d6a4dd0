import type { Progress } from '../core/report.js';
import { type Log, type LogFields, samePhase, styled } from './log.js';
import { describeProgress, Pace } from './progress-text.js';

/** How often a line of progress is written, in milliseconds. */
const INTERVAL = 5_000;

/** Progress as lines: one every few seconds, and one at the end of each phase. */
abstract class ThrottledLog implements Log {
  #last: Progress | undefined;
  #lastWritten: Progress | undefined;
  #pace: Pace | undefined;
  #writtenAt = 0;

  constructor(
    protected readonly stream: NodeJS.WriteStream,
    protected readonly quiet: boolean,
  ) {}

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

/** Plain lines for people: logs of scheduled jobs, pipes. */
export class LineLog extends ThrottledLog {
  warning(message: string): void {
    this.stream.write(`${styled(message, 'warning', this.stream)}\n`);
  }

  note(message: string): void {
    if (this.quiet) return;
    this.flush();
    this.stream.write(`${message}\n`);
  }

  error(message: string): void {
    this.stream.write(`${styled(message, 'error', this.stream)}\n`);
  }

  protected writeProgress(progress: Progress, pace: Pace, now: number): void {
    this.stream.write(`${describeProgress(progress, pace, now)}\n`);
  }
}

/** One JSON object a line, for programs: `time`, `level`, `event`, and the event's own fields. */
export class JsonLog extends ThrottledLog {
  warning(message: string): void {
    this.#write('warning', 'warning', { message });
  }

  note(message: string, fields: LogFields = {}): void {
    if (this.quiet) return;
    this.flush();
    this.#write('info', 'note', { message, ...fields });
  }

  error(message: string, fields: LogFields = {}): void {
    this.#write('error', 'error', { message, ...fields });
  }

  protected writeProgress(progress: Progress, pace: Pace, now: number): void {
    const secondsLeft = pace.secondsLeft(progress, now);
    const perSecond = pace.perSecond(progress, now);
    this.#write('info', 'progress', {
      ...progress,
      perSecond,
      ...(secondsLeft !== undefined && { secondsLeft }),
    });
  }

  #write(level: string, event: string, fields: LogFields): void {
    this.stream.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
  }
}
