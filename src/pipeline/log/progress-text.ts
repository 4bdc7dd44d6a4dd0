import { duration, portion, quantity } from '../../core/quantity.js';
import { PHASES, type Progress } from '../../core/report.js';

/** Progress of one phase with the rate and the time left, which need its beginning. */
export class Pace {
  readonly #start: number;
  readonly #from: number;

  /** @param now in milliseconds, as from `performance.now()`. */
  constructor(first: Progress, now: number) {
    this.#start = now;
    this.#from = first.done;
  }

  /** Units per second since the phase began; a trainer's own figure where it gives one. */
  perSecond({ done, wordsPerSecond }: Progress, now: number): number {
    const seconds = (now - this.#start) / 1000;
    return wordsPerSecond ?? (seconds > 0 ? (done - this.#from) / seconds : 0);
  }

  /** Seconds left at that rate; undefined where the total or the rate is not known yet. */
  secondsLeft(progress: Progress, now: number): number | undefined {
    const rate = this.perSecond(progress, now);
    if (progress.total === undefined || rate <= 0) return undefined;
    return Math.max(0, progress.total - progress.done) / rate;
  }
}

/**
 * One line: what, how much of how much, epoch, rate, loss and learning rate; then the time left. Beside a bar, which
 * shows how much, the time left comes first, since a narrow terminal cuts off the end.
 */
export function describeProgress(progress: Progress, pace: Pace, now: number, besideBar = false): string {
  const { phase, done, total, unit, epoch, epochs, loss, validationLoss, learningRate } = progress;
  const parts = [
    besideBar
      ? PHASES[phase]
      : `${PHASES[phase]} ${total === undefined ? quantity(done, unit) : portion(done, total, unit)}`,
  ];
  if (epoch !== undefined) parts.push(`epoch ${epoch}${epochs === undefined ? '' : `/${epochs}`}`);
  const rate = pace.perSecond(progress, now);
  if (rate > 0) parts.push(`${quantity(rate, unit)}/s`);
  if (loss !== undefined) parts.push(`loss ${loss.toFixed(4)}`);
  if (validationLoss !== undefined) parts.push(`held-out ${validationLoss.toFixed(4)}`);
  if (learningRate !== undefined) parts.push(`rate ${learningRate.toPrecision(3)}`);
  const left = pace.secondsLeft(progress, now);
  if (left !== undefined && left >= 0.5) parts[besideBar ? 'unshift' : 'push'](`${duration(left)} left`);
  return parts.join(', ');
}

/** The share that is done, from 0 to 1; undefined where the total is not known. */
export function share({ done, total }: Progress): number | undefined {
  return total === undefined || total <= 0 ? undefined : Math.min(1, done / total);
}
