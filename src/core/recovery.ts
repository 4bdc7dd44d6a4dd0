/** Where a run keeps what it can go on from after an end that nobody planned. */
export interface Recovery {
  /** The run's folder; `spool/` and `checkpoints/` are in it. */
  readonly folder: string;
  /** Whether to go on from what is there. */
  readonly resume: boolean;
  /** Seconds between checkpoints. */
  readonly interval: number;
  /** How many checkpoints are kept. */
  readonly keep: number;
  /** Something is on disk that a later run can go on from: an interruption then exits 75, not 130 or 143. */
  saved(what: string): void;
}
