import type { Measured } from '../support/measure.js';
import type { Text } from './text.js';

/** One program with one set of settings. Several rows may take their figures from the same run of it. */
export interface Job {
  readonly name: string;
  readonly tool: string;
  /** What distinguishes it, in a few words. */
  readonly settings: string;
  /** Jobs that write what it reads: they run too, and before it. */
  readonly needs?: readonly Job[];
  /** Installs what it needs, before any run; throws, saying why, where that cannot be had. */
  prepare?(): void;
  run(text: Text, options: JobOptions): Promise<JobRun>;
}

export interface JobOptions {
  readonly threads: number;
  readonly seed: number;
  readonly epochs: number;
}

/** What one run took. */
export interface JobRun extends Pick<Measured, 'megabytes'> {
  /** Seconds of the whole process. */
  readonly wall: number;
  /** Seconds of what happens inside it, by name. */
  readonly steps: Readonly<Record<string, number>>;
  /** What it counted, by name. */
  readonly counts?: Readonly<Record<string, number>>;
  /** The vectors that it wrote. */
  readonly vectors?: VectorFile;
}

export interface VectorFile {
  readonly path: string;
  readonly binary: boolean;
}
