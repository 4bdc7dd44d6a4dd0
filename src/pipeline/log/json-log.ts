import { type DestinationStream, type Logger, pino } from 'pino';
import type { Progress } from '../../core/report.js';
import type { LogFields } from './log.js';
import type { Pace } from './progress-text.js';
import { ThrottledLog } from './throttled-log.js';

/** One JSON object a line, for programs: `level`, `time`, `event`, and the event's own fields (docs/runs.md). */
export class JsonLog extends ThrottledLog {
  readonly #logger: Logger;

  constructor(stream: DestinationStream, quiet: boolean) {
    super(quiet);
    this.#logger = pino(FORMAT, stream);
  }

  warning(message: string): void {
    this.#logger.warn({ event: 'warning', message });
  }

  note(message: string, fields: LogFields = {}): void {
    if (this.quiet) return;
    this.flush();
    this.#logger.info({ event: 'note', message, ...fields });
  }

  error(message: string, fields: LogFields = {}): void {
    this.#logger.error({ event: 'error', message, ...fields });
  }

  protected writeProgress(progress: Progress, pace: Pace, now: number): void {
    const secondsLeft = pace.secondsLeft(progress, now);
    const perSecond = pace.perSecond(progress, now);
    this.#logger.info({
      ...{ event: 'progress', ...progress, perSecond },
      ...(secondsLeft !== undefined && { secondsLeft }),
    });
  }
}

const FORMAT = {
  // The process and its machine are in the manifest of a run.
  base: null,
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  formatters: { level: (label: string) => ({ level: label === 'warn' ? 'warning' : label }) },
};
