import { LARGEST_SCORE } from '../../largest-score.js';
import type { GroupBatch } from './group-batch.js';

/** What negative sampling makes of the scores of a batch. */
export interface LogisticErrors {
  /** For each score, learning rate times (label - sigmoid(score)); 0 where there is nothing to learn. */
  readonly errors: Float32Array;
  /** Sum of the losses, each times its piece's weight. */
  readonly loss: number;
}

/**
 * Errors and loss of negative sampling (Mikolov, Sutskever, Chen, Corrado & Dean 2013, equation 4; docs/sampling.md,
 * "Outputs and labels"), computed on this side in float64. There are few scores, and as many operations on a device
 * would cost more than they compute.
 *
 * @param scores [pieces, rowsInAPiece, outputs]; a piece's first `rows(piece)` rows count.
 */
export function logisticErrors(
  batch: GroupBatch,
  scores: ArrayLike<number>,
  rowsInAPiece: number,
  rows: (piece: number) => number,
): LogisticErrors {
  const { outputsInAPiece } = batch;
  const errors = new Float32Array(batch.length * rowsInAPiece * outputsInAPiece);
  let loss = 0;
  for (let piece = 0; piece < batch.length; piece++) {
    const rate = batch.rates[piece]!;
    const outputs = batch.outputLengths[piece]!;
    let sum = 0;
    for (let row = 0; row < rows(piece); row++) {
      const first = (piece * rowsInAPiece + row) * outputsInAPiece;
      for (let output = 0; output < outputs; output++) {
        // With s the score of a target, or minus that of a negative: loss -log sigmoid(s), error 1 - sigmoid(s).
        const s = output === 0 ? scores[first]! : -scores[first + output]!;
        const e = Math.exp(-Math.abs(s));
        sum += Math.log(1 + e) + (s < 0 ? -s : 0);
        const missing = Math.abs(s) < LARGEST_SCORE ? (s < 0 ? 1 : e) / (1 + e) : 0;
        errors[first + output] = output === 0 ? rate * missing : -rate * missing;
      }
    }
    loss += sum * batch.weights[piece]!;
  }
  return { errors, loss };
}
