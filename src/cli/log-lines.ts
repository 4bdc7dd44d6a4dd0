import type { Progress } from '../core/report.js';
import { describeProgress, type Pace } from '../pipeline/log/progress-text.js';
import { ThrottledLog } from '../pipeline/log/throttled-log.js';
import { styled } from './log.js';

/** Plain lines for people: logs of scheduled jobs, pipes. */
export class LineLog extends ThrottledLog {
  constructor(
    private readonly stream: NodeJS.WriteStream,
    quiet: boolean,
  ) {
    super(quiet);
  }

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
