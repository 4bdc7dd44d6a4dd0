import progress, { type MultiBar, type SingleBar } from 'cli-progress';
import type { Progress } from '../core/report.js';
import { type Log, samePhase } from '../pipeline/log/log.js';
import { describeProgress, Pace, share } from '../pipeline/log/progress-text.js';
import { styled } from './log.js';

/** A progress bar on a terminal, one for each phase, one below the other. */
export class BarLog implements Log {
  readonly #stream: NodeJS.WriteStream;
  #bars: MultiBar | undefined;
  #bar: SingleBar | undefined;
  #last: Progress | undefined;
  #pace: Pace | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  progress(report: Progress): void {
    const now = performance.now();
    if (!samePhase(this.#last, report)) {
      this.#bar?.stop();
      this.#pace = new Pace(report, now);
      this.#bars ??= openBars(this.#stream);
      this.#bar = this.#bars.create(report.total ?? 0, 0, { text: '' });
    }
    this.#last = report;
    if (report.total !== undefined) this.#bar!.setTotal(report.total);
    this.#bar!.update(report.done, {
      text: `${bar(share(report), this.#stream.columns ?? 80)}${describeProgress(report, this.#pace!, now, report.total !== undefined)}`,
    });
  }

  warning(message: string): void {
    this.#write(styled(message, 'warning', this.#stream));
  }

  note(message: string): void {
    this.#write(message);
  }

  error(message: string): void {
    this.close();
    this.#write(styled(message, 'error', this.#stream));
  }

  close(): void {
    this.#bars?.stop();
    this.#bars = undefined;
    this.#bar = undefined;
    this.#last = undefined;
  }

  /** Above the bars while there are any, so that they are not torn. */
  #write(message: string): void {
    if (!this.#bars) {
      // A run that was killed with its bars on the screen has left the terminal cutting lines.
      this.#stream.write(`${WRAP}${message}\n`);
      return;
    }
    // Bars are cut where the terminal ends, messages go on in the next line; each clears what is left of a bar there.
    this.#bars.log(`${WRAP}${message}\n`.replaceAll('\n', '\x1b[K\n') + NO_WRAP);
    // Drawn at once: what is still waiting when the bars stop would be lost.
    this.#bars.update();
  }
}

function openBars(stream: NodeJS.WriteStream): MultiBar {
  return new progress.MultiBar({
    stream,
    fps: 5,
    hideCursor: true,
    // Signals are handled by the command, which closes the log.
    gracefulExit: false,
    emptyOnZero: true,
    // Else a bar that has not changed is missing after a message took its line.
    forceRedraw: true,
    format: (_options, _parameters, payload) => payload.text,
  });
}

const WRAP = '\x1b[?7h';
const NO_WRAP = '\x1b[?7l';

/** A bar and how many per cent; on a narrow terminal the bar gives way to the text behind it. */
function bar(done: number | undefined, columns: number): string {
  if (done === undefined) return '';
  const width = columns >= 110 ? 24 : columns >= 60 ? 10 : 0;
  const full = Math.round(done * width);
  const drawn = width > 0 ? `[${'='.repeat(full)}${' '.repeat(width - full)}] ` : '';
  return `${drawn}${String(Math.floor(done * 100)).padStart(3)} %  `;
}
