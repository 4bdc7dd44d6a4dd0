import { type ErrorDetails, WordmillError } from './errors.js';

/** Where a run keeps what it can go on from after an end that nobody planned. */
export interface Recovery {
  /** The run's own; `spool/` and `checkpoints/` are in it, made by those who need them. */
  readonly folder: string;
  /** Whether to go on from what is there; otherwise it is replaced. */
  readonly resume: boolean;
  /** Seconds between checkpoints; 0: only when the run is interrupted. */
  readonly interval: number;
  /** How many checkpoints to keep, at least 1. */
  readonly keep: number;
  /** Whether each epoch ends with a checkpoint; otherwise one does when a tenth of the interval has passed since the last. */
  readonly everyEpoch?: boolean;
  /** What an earlier attempt left to go on from, in words as for `saved`; it counts until something else is saved. */
  readonly left?: string | undefined;
  /**
   * Says that something is on disk that a later run can go on from: an interruption then ends as `tryAgain` (exit code
   * 75), not as `aborted` (130 or 143).
   *
   * @param what in words that go on from "kept", such as `a checkpoint in epoch 3 of 5`.
   */
  saved(what: string): void;
}

/** What a user does to go on from it. */
const GO_ON = 'Run the same command with --resume to go on from there.';

/**
 * The error of a run that was interrupted when something was on disk to go on from.
 *
 * @param error the abort error: why the run stopped.
 * @param kept what there is to go on from.
 */
export function interruption(error: WordmillError, kept: string): WordmillError {
  const details: ErrorDetails = { hint: `${error.hint ? `${error.hint} ` : ''}${GO_ON}`, cause: error };
  const [why] = error.message.split(/[;\n]/);
  return new WordmillError('tryAgain', `${why}; kept: ${kept}`, details);
}
