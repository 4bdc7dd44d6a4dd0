import type { Loss, Outputs } from './loss.js';
import { add, addRow, addToRow, copyRow, dot, type Rows } from './math.js';
import type { Model } from './model.js';

/** Contexts of a group that are updated together, all from the values before (docs/sampling.md, "One update"). */
export const PIECE = 16;

/**
 * Skip-gram (Mikolov, Chen, Corrado & Dean 2013, "Efficient Estimation of Word Representations in Vector Space",
 * section 3.2): each context word c, by itself, predicts the target; its row E[c] is the input vector.
 *
 * A group's contexts share the target and its output rows. They are taken in pieces of at most 16. All scores of a
 * piece are computed from the values before it; then, with g[c,o] = learningRate * error[c,o],
 *
 *     E[c] += sum over o of g[c,o] * W[o]
 *     W[o] += sum over c of g[c,o] * E[c]
 *
 * which is one step of gradient descent on the sum of the piece's losses (the errors: see `Loss`). word2vec.c does
 * the same with pieces of one context, and draws new negatives for each.
 */
export class SkipGram implements Model {
  readonly #E: Rows;
  readonly #W: Rows;
  readonly #loss: Loss;
  readonly #frozen: Uint8Array | undefined;
  readonly #scores: Float64Array;
  readonly #sum: Float64Array;
  /** By place in the piece: E[c] before it, the errors of c, and the sum that E[c] receives. */
  readonly #before: readonly Float64Array[];
  readonly #errors: readonly Float64Array[];
  readonly #change: readonly Float64Array[];

  /** @param frozen for each row of E, 1 if it is not to be changed. */
  constructor(E: Rows, W: Rows, loss: Loss, frozen?: Uint8Array) {
    this.#E = E;
    this.#W = W;
    this.#loss = loss;
    this.#frozen = frozen;
    this.#scores = new Float64Array(loss.maximumOutputs);
    this.#sum = new Float64Array(E.dimensions);
    const places = (size: number) => Array.from({ length: PIECE }, () => new Float64Array(size));
    this.#before = places(E.dimensions);
    this.#errors = places(loss.maximumOutputs);
    this.#change = places(E.dimensions);
  }

  update(contexts: Uint32Array, length: number, outputs: Outputs, learningRate: number): number {
    let loss = 0;
    for (let start = 0; start < length; start += PIECE) {
      const end = Math.min(start + PIECE, length);
      loss += this.#updatePiece(contexts, start, end, outputs, learningRate);
    }
    return loss;
  }

  predictions(length: number): number {
    return length;
  }

  #updatePiece(
    contexts: Uint32Array,
    start: number,
    end: number,
    outputs: Outputs,
    learningRate: number,
  ): number {
    const E = this.#E;
    const W = this.#W;
    const { rows } = outputs;
    const size = end - start;
    let loss = 0;
    for (let c = 0; c < size; c++) {
      const before = this.#before[c]!;
      const errors = this.#errors[c]!;
      const change = this.#change[c]!.fill(0);
      copyRow(before, E, contexts[start + c]!);
      for (let o = 0; o < outputs.length; o++) this.#scores[o] = dot(before, W, rows[o]!);
      loss += this.#loss.evaluate(outputs, this.#scores, errors);
      for (let o = 0; o < outputs.length; o++) addRow(change, errors[o]!, W, rows[o]!);
    }
    for (let o = 0; o < outputs.length; o++) {
      const sum = this.#sum.fill(0);
      for (let c = 0; c < size; c++) add(sum, this.#errors[c]![o]!, this.#before[c]!);
      addToRow(W, rows[o]!, learningRate, sum);
    }
    for (let c = 0; c < size; c++) {
      const context = contexts[start + c]!;
      if (!this.#frozen?.[context]) addToRow(E, context, learningRate, this.#change[c]!);
    }
    return loss;
  }
}
