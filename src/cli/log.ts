import type { Log } from '../pipeline/log/log.js';

export type { Log, LogFields } from '../pipeline/log/log.js';

export interface LogOptions {
  readonly quiet: boolean;
  readonly format: 'text' | 'json';
}

/** A log for where stderr goes: a progress bar on a terminal, lines elsewhere, JSON lines on demand. */
export async function openLog(
  options: LogOptions,
  stderr: NodeJS.WriteStream = process.stderr,
): Promise<Log> {
  if (options.format === 'json') {
    const { JsonLog } = await import('../pipeline/log/json-log.js');
    return new JsonLog(stderr, options.quiet);
  }
  if (stderr.isTTY && !options.quiet) {
    const { BarLog } = await import('./log-bar.js');
    return new BarLog(stderr);
  }
  const { LineLog } = await import('./log-lines.js');
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
