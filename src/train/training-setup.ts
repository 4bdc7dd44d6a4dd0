import type { TrainedVectors } from '../core/vectors.js';
import type { Checkpoints } from './checkpoint/checkpoints.js';
import type { GivenRows } from './given-rows.js';

/** What training starts from, leaves alone and tells, beside its options; nothing of it needs to be there. */
export interface TrainingSetup {
  /** Rows that E starts from; a row that is not among them starts as docs/sampling.md says. */
  readonly initialVectors?: GivenRows;
  /** The same for W, whose other rows start at zero. */
  readonly initialOutputWeights?: GivenRows;
  /** For each word, by id, 1 if its row of E is read and never changed. */
  readonly frozen?: Uint8Array;
  /** Called after each epoch; training waits for it. */
  readonly onEpoch?: EpochCallback;
  /** Where training writes down where it is, and goes on from; absent where the run keeps nothing. */
  readonly checkpoints?: Checkpoints;
}

/** Is told of each epoch that ends. What it throws ends training with that error. */
export type EpochCallback = (epoch: TrainedEpoch) => void | Promise<void>;

/** An epoch of training that has just ended. */
export interface TrainedEpoch {
  /** From 1, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** Mean loss of a prediction while it was trained, in nats. */
  readonly loss: number;
  /** Mean loss of a prediction on the held-out text after it, in nats; of nplm, perplexity is e to that. */
  readonly validationLoss?: number;
  /**
   * The vectors as they are. They are views: training waits for the callback and then goes on to change them, so copy
   * what must last. (On the tensorflow engine they are copies, made when they are asked for.)
   */
  readonly vectors: Pick<TrainedVectors, 'vocabulary' | 'input' | 'output'>;
  /** Ends training after this epoch. With `patience` the best epoch so far is what comes out, as ever. */
  stop(): void;
}
