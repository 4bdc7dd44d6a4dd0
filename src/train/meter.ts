import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '../core/errors.js';
import type { StageContext } from '../core/stage.js';
import type { Checkpoints } from './checkpoint/checkpoints.js';
import { numberIn, type Position } from './checkpoint/course.js';
import { divergenceError, LOSS_IS_NO_NUMBER } from './divergence.js';
import type { EpochPauses } from './epochs.js';

/** How long training may hold the event loop, in milliseconds, before timers, signals and progress bars get a turn. */
const LONGEST_HOLD = 50;
const BETWEEN_REPORTS = 200;

/** Counts what training has done, and reports it some five times a second. */
export class TrainingMeter {
  /** Words (or pairs) done, over all epochs, before subsampling. */
  done = 0;
  learningRate = 0;
  /** The loss on what is held out, as last measured. */
  validationLoss: number | undefined;
  readonly lossByEpoch: number[] = [];
  readonly #context: StageContext;
  readonly #total: number;
  readonly #unit: 'words' | 'pairs' | 'cells';
  readonly #epochs: number;
  readonly #started: number;
  #lastTurn: number;
  #lastReport: number;
  #pauses: EpochPauses | undefined;
  readonly #sinceReport = new Mean();
  readonly #sinceEpoch = new Mean();

  /** @param checkpoints of the training, which may have begun in an earlier run. */
  constructor(
    context: StageContext,
    total: { readonly done: number; readonly unit: 'words' | 'pairs' | 'cells'; readonly epochs: number },
    checkpoints?: Checkpoints,
  ) {
    this.#context = context;
    this.#total = total.done;
    this.#unit = total.unit;
    this.#epochs = total.epochs;
    this.#started = checkpoints?.started ?? performance.now();
    const course = checkpoints?.resumed?.course;
    if (course) this.lossByEpoch.push(...course.lossByEpoch);
    this.#lastTurn = performance.now();
    this.#lastReport = this.#lastTurn;
  }

  /** Begins an epoch, or goes on inside one; until the next, `turn` asks whether to pause. */
  startEpoch(pauses: EpochPauses | undefined): void {
    this.#pauses = pauses;
    if (!pauses?.from) return;
    this.done = numberIn(pauses.from, 'done');
    this.#sinceEpoch.add(numberIn(pauses.from, 'loss'), numberIn(pauses.from, 'predictions'));
  }

  get seconds(): number {
    return (performance.now() - this.#started) / 1_000;
  }

  /** Adds the loss of some predictions, in nats. */
  add(loss: number, predictions: number): void {
    this.#sinceReport.add(loss, predictions);
    this.#sinceEpoch.add(loss, predictions);
  }

  /** Whether the event loop has waited long enough; then call `turn`. */
  get isDue(): boolean {
    return performance.now() - this.#lastTurn > LONGEST_HOLD || this.#pauses?.isDue() === true;
  }

  /**
   * Lets the event loop run, reports now and then, and throws if the run is to stop or has gone astray.
   *
   * @param where gives the place that training can go on from, or undefined where it cannot yet. Where it is given and
   * the run keeps checkpoints, one is written when it is due, and the run stops only at such a place.
   */
  async turn(where?: () => Position | undefined): Promise<void> {
    await nextTurn();
    if (!where || !this.#pauses) throwIfAborted(this.#context.signal);
    else if (this.#pauses.isDue()) await this.#pause(where());
    this.#lastTurn = performance.now();
    if (this.#lastTurn - this.#lastReport > BETWEEN_REPORTS) this.#report();
  }

  /** Ends an epoch: its mean loss goes to `lossByEpoch`, and is given. */
  async endEpoch(): Promise<number> {
    this.#report();
    const loss = this.#sinceEpoch.take() ?? 0;
    this.lossByEpoch.push(loss);
    // Where there are checkpoints, whoever runs the epochs writes one before the run stops.
    if (!this.#pauses) await this.turn();
    this.#pauses = undefined;
    return loss;
  }

  async #pause(position: Position | undefined): Promise<void> {
    if (!position) return;
    const { sum: loss, count: predictions } = this.#sinceEpoch;
    await this.#pauses!.pause({ ...position, done: this.done, loss, predictions });
  }

  #report(): void {
    const loss = this.#sinceReport.take();
    if (loss !== undefined && !Number.isFinite(loss)) {
      throw divergenceError(this.learningRate, LOSS_IS_NO_NUMBER);
    }
    this.#lastReport = performance.now();
    this.#context.report.progress({
      phase: 'train',
      done: this.done,
      total: this.#total,
      unit: this.#unit,
      learningRate: this.learningRate,
      // What is held out may still be measured after the last epoch.
      epoch: Math.min(this.lossByEpoch.length + 1, this.#epochs),
      epochs: this.#epochs,
      wordsPerSecond: this.done / this.seconds,
      ...(loss !== undefined && { loss }),
      ...(this.validationLoss !== undefined && { validationLoss: this.validationLoss }),
    });
  }
}

class Mean {
  sum = 0;
  count = 0;

  add(sum: number, count: number): void {
    this.sum += sum;
    this.count += count;
  }

  /** The mean of what was added since the last time; undefined if that was nothing. */
  take(): number | undefined {
    const mean = this.count === 0 ? undefined : this.sum / this.count;
    this.sum = 0;
    this.count = 0;
    return mean;
  }
}
