/** Longer texts of rejected records are cut to this many characters (UTF-16 units) where they are kept. */
export const REJECTED_CHARACTERS = 10_000;

/** A record (a line, a paragraph, a row) that a source or a filter left out. */
export interface RejectedRecord {
  /** The file that it stands in, or what messages call its input. */
  readonly source: string;
  /** The line of the file that it starts on, from 1. */
  readonly line: number;
  readonly reason: string;
  /** What it was; whoever keeps it may cut it. */
  readonly text: string;
}

/** Where a run keeps the records that were left out. */
export interface RejectedRecords {
  /** Resolves when more may come. @throws WordmillError `inputOutput` where they cannot be written. */
  add(records: readonly RejectedRecord[]): Promise<void>;
}
