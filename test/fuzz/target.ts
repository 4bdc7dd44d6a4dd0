import type { Random } from '../../src/core/random.js';

/** A reader that is given damaged input. */
export interface FuzzTarget {
  /** Names it on the command line and in findings. */
  readonly name: string;
  /** Whole inputs, which are damaged in all ways. */
  seeds(): Promise<readonly Uint8Array[]>;
  /** Pieces that mean something to the reader, to be put in. */
  readonly dictionary?: readonly string[];
  /** Whether the inputs are JSON: in half of them values are changed, and not bytes. */
  readonly json?: true;
  /**
   * Reads an input: returns, or throws a `WordmillError` of any kind but `internal`. Whatever else it throws is a
   * finding, and so are a crash, and a read that takes too long or too much memory.
   *
   * @param file holds the input, for readers that take a path; a new file each time, in a folder of its own
   * @param random for choices of the reading, such as where chunks end
   */
  read(bytes: Uint8Array, file: string, random: Random): Promise<void>;
}

/** Some inputs of a target, by number. */
export interface FuzzPart {
  readonly target: string;
  readonly from: number;
  readonly to: number;
}

/** Something that a reader should not have done; target, seed and number make the same input again. */
export interface Finding {
  readonly target: string;
  readonly seed: number;
  readonly input: number;
  readonly problem: string;
}
