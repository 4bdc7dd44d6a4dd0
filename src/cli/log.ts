import type { Progress, ReportListener } from '../core/report.js';

/** What a command tells people, on stderr. Data never goes here. */
export interface Log extends Required<Omit<ReportListener, 'evaluation'>> {
  /** A line about what is done or was done, left out by `--quiet`. `fields` are for `--log-format json`. */
  note(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Ends what is being shown (a bar); called before the process ends. */
  close(): void;
}

export type LogFields = Readonly<Record<string, unknown>>;

export interface LogOptions {
  readonly quiet: boolean;
  readonly format: 'text' | 'json';
}

/** A log for where stderr goes: a progress bar on a terminal, lines elsewhere, JSON lines on demand. */
export async function openLog(
  options: LogOptions,
  stderr: NodeJS.WriteStream = process.stderr,
): Promise<Log> {
  const { LineLog, JsonLog } = await import('./log-lines.js');
  if (options.format === 'json') return new JsonLog(stderr, options.quiet);
  if (stderr.isTTY && !options.quiet) {
    const { BarLog } = await import('./log-bar.js');
    return new BarLog(stderr);
  }
  return new LineLog(stderr, options.quiet);
}

/** `wordmill: ` before a message, in colour on a terminal unless NO_COLOR is set (no-color.org). */
export function styled(
  message: string,
  kind: 'error' | 'warning' | 'note',
  stream: NodeJS.WriteStream,
): string {
  const label = kind === 'note' ? '' : `wordmill: ${kind === 'warning' ? 'warning: ' : ''}`;
  if (label === '' || !stream.isTTY || process.env.NO_COLOR || process.env.TERM === 'dumb')
    return label + message;
  return `\x1b[${kind === 'error' ? '31' : '33'}m${label}\x1b[39m${message}`;
}

/** Whether two reports belong to one bar. */
export function samePhase(a: Progress | undefined, b: Progress): boolean {
  return a !== undefined && a.phase === b.phase && a.unit === b.unit;
}
