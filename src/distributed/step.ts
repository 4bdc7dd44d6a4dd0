import type { z } from 'zod';
import type { Report } from '../core/report.js';
import type { Blob } from '../storage/blob.js';
import type { RunPlan } from './records.js';

/** What of a run is in storage, for its steps. */
export interface RunStorage {
  /** The run's id. */
  readonly run: string;
  /** Stores a file under its content's name. Bytes that are there already are not sent again. */
  put(path: string, signal: AbortSignal): Promise<Blob>;
  /**
   * A local file with a blob's content, checked against its name; kept for later steps of this process as long as there
   * is room. It must not be changed.
   */
  fetch(blob: Blob, signal: AbortSignal): Promise<string>;
  /** A record of the run; undefined where it is not there yet. @throws WordmillError `data` where it cannot be read. */
  read<Schema extends z.ZodType>(
    name: string,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema> | undefined>;
  /** Writes a record, unless it is there; gives the one that stands. */
  writeOnce<Schema extends z.ZodType>(
    name: string,
    schema: Schema,
    value: z.output<Schema>,
    signal: AbortSignal,
  ): Promise<z.output<Schema>>;
  /** Bytes sent and received so far. */
  readonly traffic: { readonly sent: number; readonly received: number };
}

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
