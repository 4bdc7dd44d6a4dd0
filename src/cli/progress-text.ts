import type { Progress } from '../core/report.js';

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

const VERBS = {
  read: 'reading',
  count: 'counting',
  train: 'training',
  evaluate: 'evaluating',
  write: 'writing',
} as const;

/**
 * One line: what, how much of how much, epoch, rate, loss and learning rate; then the time left. Beside a bar, which
 * shows how much, the time left comes first, since a narrow terminal cuts off the end.
 */
export function describeProgress(progress: Progress, pace: Pace, now: number, besideBar = false): string {
  const { phase, done, total, unit, epoch, epochs, loss, validationLoss, learningRate } = progress;
  const parts = [
    besideBar
      ? VERBS[phase]
      : `${VERBS[phase]} ${total === undefined ? quantity(done, unit) : portion(done, total, unit)}`,
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

/** `12.3 MB`, `1,234 words`, `1.23 M words` */
export function quantity(value: number, unit: Progress['unit']): string {
  const [number, scale] = scaled(value, unit);
  return unit === 'bytes' ? `${number} ${scale}B` : `${number} ${scale}${scale && ' '}${unit}`;
}

/** `3.1 of 12.3 MB`, in the scale of the whole. */
function portion(done: number, total: number, unit: Progress['unit']): string {
  const [whole, scale, divisor] = scaled(total, unit);
  const part = divisor === 1 ? done.toLocaleString('en-US') : (done / divisor).toFixed(decimals(whole));
  return `${part} of ${whole} ${unit === 'bytes' ? `${scale}B` : `${scale}${scale && ' '}${unit}`}`;
}

function scaled(value: number, unit: Progress['unit']): [number: string, scale: string, divisor: number] {
  const plainUpTo = unit === 'bytes' ? 1e3 : 1e4;
  if (value < plainUpTo) return [Math.round(value).toLocaleString('en-US'), '', 1];
  if (value < 1e6) return [(value / 1e3).toFixed(1), 'k', 1e3];
  if (value < 1e9) return [(value / 1e6).toFixed(unit === 'bytes' ? 1 : 2), 'M', 1e6];
  return [(value / 1e9).toFixed(2), 'G', 1e9];
}

function decimals(number: string): number {
  return number.length - 1 - number.indexOf('.');
}

/** `1:02:03` or `2:03` */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
