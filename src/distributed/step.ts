import type { Report } from '../core/report.js';
import type { RunStorage } from '../storage/run-storage.js';
import type { RunPlan } from './records.js';

export type { RunStorage };

/** What a step is lent. */
export interface StepContext {
  readonly storage: RunStorage;
  readonly plan: RunPlan;
  /** Fires when the run is cancelled, the job was lost to another worker, or the worker stops. */
  readonly signal: AbortSignal;
  /** Told of progress and warnings. */
  readonly report: Report;
  /** For training and counting. */
  readonly threads: number;
  /** A new empty folder, removed when the step ends. */
  scratchFolder(): Promise<string>;
}

/** A unit of a step's work: what it is called in records, jobs and messages. */
export type StepName =
  | `ingest-${number}`
  | 'vocabulary'
  | `encode-${number}`
  | `train-${number}-${number}`
  | `average-${number}`
  | `cells-${number}`
  | 'cells'
  | 'glove';

/** A step: does the work unless its record is there, and gives the record. Safe to run twice, also at once. */
export type Step<Record> = (context: StepContext, ...place: number[]) => Promise<Record>;
