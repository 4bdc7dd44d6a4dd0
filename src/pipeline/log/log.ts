import type { Progress, ReportListener } from '../../core/report.js';

/** What people and programs are told while something runs. Data never goes here. */
export interface Log extends Required<Omit<ReportListener, 'evaluation'>> {
  /** A line about what is done or was done, left out by `--quiet`. `fields` are for `--log-format json`. */
  note(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Ends what is being shown (a bar); called before the process ends. */
  close(): void;
}

/** What an entry tells programs. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Whether two reports belong to one bar. */
export function samePhase(a: Progress | undefined, b: Progress): boolean {
  return a !== undefined && a.phase === b.phase && a.unit === b.unit;
}
