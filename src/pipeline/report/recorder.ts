import type { Evaluation, Progress, ReportListener } from '../../core/report.js';
import { type Stretch, TrainingSeries } from './series.js';

/** How long a run was in one of its phases. */
export interface PhaseTime {
  readonly phase: Progress['phase'];
  readonly seconds: number;
}

/** Listens to a run, and keeps of it what a report shows: as much for a long run as for a short one. */
export class RunRecorder implements ReportListener {
  /** When the run began. */
  readonly began = new Date();
  readonly #now: () => number;
  readonly #start: number;
  readonly #phases = new Map<Progress['phase'], number>();
  #since: number;
  #phase: Progress['phase'] = 'read';
  #series: TrainingSeries | undefined;
  readonly #evaluations: Evaluation[] = [];
  #epochSize: number | undefined;
  #unit: Progress['unit'] = 'words';

  /** @param now the time in milliseconds, which only grows */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#start = now();
    this.#since = this.#start;
  }

  progress(progress: Progress): void {
    const now = this.#now();
    if (progress.phase === 'train') this.#train(progress, now);
    // The time until a report belongs to the phase that it tells of.
    this.#spend(progress.phase, now);
  }

  evaluation(evaluation: Evaluation): void {
    this.#evaluations.push(evaluation);
  }

  /** What was evaluated, in order. */
  get evaluations(): readonly Evaluation[] {
    return this.#evaluations;
  }

  /** Since the run began. */
  get seconds(): number {
    return (this.#now() - this.#start) / 1_000;
  }

  /** The phases in the order in which they began. */
  get phases(): PhaseTime[] {
    return [...this.#phases].map(([phase, milliseconds]) => ({ phase, seconds: milliseconds / 1_000 }));
  }

  /** The course of the training, in some hundred stretches at most. */
  get stretches(): Stretch[] {
    return this.#series?.stretches() ?? [];
  }

  /** What its stretches count. */
  get unit(): Progress['unit'] {
    return this.#unit;
  }

  /** How much of its unit each epoch trains on, as it was reported; undefined where it was not. */
  get epochSize(): number | undefined {
    return this.#epochSize;
  }

  #train({ done, total, epochs, wordsPerSecond, loss, learningRate, unit }: Progress, now: number): void {
    if (total !== undefined && epochs !== undefined) this.#epochSize = total / epochs;
    if (!this.#series) {
      // A trainer that does not say its speed may have gone on from a checkpoint: its first report is the beginning.
      const passed = wordsPerSecond ? (1_000 * done) / wordsPerSecond : 0;
      const began = Math.max(this.#since, now - passed);
      this.#spend(this.#phase, began);
      this.#series = new TrainingSeries({
        done: wordsPerSecond === undefined ? done : 0,
        seconds: began / 1_000,
      });
      this.#unit = unit;
    }
    this.#series.add({
      ...{ done, seconds: now / 1_000 },
      ...(loss !== undefined && { loss }),
      ...(learningRate !== undefined && { learningRate }),
    });
  }

  #spend(phase: Progress['phase'], now: number): void {
    this.#phases.set(phase, (this.#phases.get(phase) ?? 0) + now - this.#since);
    this.#since = now;
    this.#phase = phase;
  }
}
