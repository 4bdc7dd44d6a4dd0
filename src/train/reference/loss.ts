/**
 * The rows of the output matrix W that take part in predicting one target. `rows` and `labels` are reused: they hold
 * good until the next target is chosen.
 */
export interface Outputs {
  /** Rows of W; the first `length` entries count. */
  readonly rows: Uint32Array;
  readonly length: number;
  /** For each row, what its score should say: 1 (yes) or 0 (no). */
  readonly labels: Uint8Array;
}

/**
 * A loss, as both models see it. A model has an input vector h (skip-gram: a context's row of E; CBOW: the mean of
 * the window's rows) and scores it against output rows: score[o] = h . W[o]. A loss says which rows those are for a
 * target, and what the scores are worth. Every gradient then follows by the chain rule from one number for each row,
 * error[o] = -d loss / d score[o]:
 *
 *     -d loss / d h    = sum over o of error[o] * W[o]
 *     -d loss / d W[o] = error[o] * h
 */
export interface Loss {
  /** How many rows W has. */
  readonly outputRows: number;
  /** The most output rows that one target can have. */
  readonly maximumOutputs: number;
  /** Called before a sentence: what is drawn at random for it depends on these numbers only. */
  startSentence(epoch: number, sentence: number): void;
  /** The output rows for a target. Negative sampling draws its negatives here, once for each group. */
  outputsFor(target: number): Outputs;
  /** Returns the loss, in nats, of these scores, and writes the errors. Pure but for `errors`. */
  evaluate(outputs: Outputs, scores: Float64Array, errors: Float64Array): number;
}
