import { pino } from 'pino';
import { JsonLog } from '../log/json-log.js';

/** The log of a run, in its folder. */
export class RunLog extends JsonLog {
  readonly #file: ReturnType<typeof pino.destination>;

  constructor(file: ReturnType<typeof pino.destination>) {
    super(file, false);
    this.#file = file;
  }

  /** Nothing more comes. */
  end(): void {
    this.#file.end();
  }
}

/**
 * Opens the log of a run; one that goes on adds to it. Each line is in the file before the next is made, so that none
 * is lost however the process ends.
 *
 * @param warn is told once of what keeps it from being written.
 */
export function openRunLog(path: string, warn: (message: string) => void): RunLog {
  const file = pino.destination({ dest: path, sync: true, append: true, mode: 0o600 });
  let told = false;
  file.on('error', (error: Error) => {
    if (!told) warn(`the run's log cannot be written: ${error.message}`);
    told = true;
  });
  return new RunLog(file);
}
