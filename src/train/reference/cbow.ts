import type { Loss, Outputs } from './loss.js';
import { addRow, addToRow, dot, type Rows } from './math.js';
import type { Model } from './model.js';

/**
 * Continuous bag of words (Mikolov, Chen, Corrado & Dean 2013, "Efficient Estimation of Word Representations in
 * Vector Space", section 3.1): the contexts of a window together predict the target. The input vector h is the mean
 * of their rows; all scores are computed before the update, and then, with g[o] = learningRate * error[o],
 *
 *     E[c] += sum over o of g[o] * W[o]     for each context c of the window
 *     W[o] += g[o] * h
 *
 * The gradient by E[c] of a mean of n rows would be 1/n of that sum. word2vec.c adds the whole sum to each context,
 * gensim does too, and so do we: steps do not shrink as windows grow, which is part of why the two learn well at
 * their usual learning rates. A context that occurs twice counts twice in the mean and receives the sum twice.
 */
export class ContinuousBagOfWords implements Model {
  readonly #E: Rows;
  readonly #W: Rows;
  readonly #loss: Loss;
  readonly #frozen: Uint8Array | undefined;
  readonly #scores: Float64Array;
  readonly #errors: Float64Array;
  readonly #mean: Float64Array;
  readonly #change: Float64Array;

  /** @param frozen for each row of E, 1 if it is not to be changed. */
  constructor(E: Rows, W: Rows, loss: Loss, frozen?: Uint8Array) {
    this.#E = E;
    this.#W = W;
    this.#loss = loss;
    this.#frozen = frozen;
    this.#scores = new Float64Array(loss.maximumOutputs);
    this.#errors = new Float64Array(loss.maximumOutputs);
    this.#mean = new Float64Array(E.dimensions);
    this.#change = new Float64Array(E.dimensions);
  }

  update(contexts: Uint32Array, length: number, outputs: Outputs, learningRate: number): number {
    const E = this.#E;
    const W = this.#W;
    const { rows } = outputs;
    const errors = this.#errors;
    const mean = this.#mean.fill(0);
    for (let c = 0; c < length; c++) addRow(mean, 1 / length, E, contexts[c]!);
    for (let o = 0; o < outputs.length; o++) this.#scores[o] = dot(mean, W, rows[o]!);
    const loss = this.#loss.evaluate(outputs, this.#scores, errors);

    const change = this.#change.fill(0);
    for (let o = 0; o < outputs.length; o++) addRow(change, errors[o]!, W, rows[o]!);
    for (let o = 0; o < outputs.length; o++) addToRow(W, rows[o]!, learningRate * errors[o]!, mean);
    for (let c = 0; c < length; c++) {
      if (!this.#frozen?.[contexts[c]!]) addToRow(E, contexts[c]!, learningRate, change);
    }
    return loss;
  }

  /** A window makes one prediction. */
  predictions(): number {
    return 1;
  }
}
