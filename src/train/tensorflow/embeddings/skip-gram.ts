import type { GroupBatch } from './group-batch.js';
import { logisticErrors } from './logistic-errors.js';
import type { ShallowMatrices } from './shallow-step.js';

/**
 * Skip-gram with negative sampling (`src/train/reference/skip-gram.ts` has the paper and the equations). For a piece
 * with contexts C and outputs O, both as matrices of rows of E and W,
 *
 *     scores = C Wᵀ,   errors = rate * (label - sigmoid(scores)),   E[C] += errors W,   W[O] += errorsᵀ C
 *
 * all pieces of a batch at once. Rows are gathered from resource variables and added back in place, so that a step
 * costs what its batch touches. Shorter pieces are filled up with word 0, whose errors are 0.
 */
export function skipGramStep({ device, E, W }: ShallowMatrices, batch: GroupBatch): number {
  return device.scope(() => {
    const { length, longest, outputsInAPiece } = batch;
    const dimensions = E.shape[1]!;
    const contexts = paddedContexts(batch);
    const outputs = new Int32Array(batch.outputs.subarray(0, length * outputsInAPiece));
    const c = device.reshape(E.gather(contexts), [length, longest, dimensions]);
    const w = device.reshape(W.gather(outputs), [length, outputsInAPiece, dimensions]);
    const scores = device.read(device.batchMatMul(c, w, false, true));
    const { errors, loss } = logisticErrors(
      batch,
      scores,
      longest,
      (piece) => batch.contextEnds[piece]! - (piece === 0 ? 0 : batch.contextEnds[piece - 1]!),
    );
    const g = device.tensor(errors, [length, longest, outputsInAPiece]);
    const byContexts = device.batchMatMul(g, w);
    const byOutputs = device.batchMatMul(g, c, true);
    E.scatterAdd(contexts, device.reshape(byContexts, [contexts.length, dimensions]));
    W.scatterAdd(outputs, device.reshape(byOutputs, [outputs.length, dimensions]));
    return loss;
  });
}

/** [pieces, longest]: the contexts of each piece, then 0. */
function paddedContexts({ length, longest, contexts, contextEnds }: GroupBatch): Int32Array {
  const padded = new Int32Array(length * longest);
  let context = 0;
  for (let piece = 0; piece < length; piece++) {
    let place = piece * longest;
    for (const end = contextEnds[piece]!; context < end; context++) padded[place++] = contexts[context]!;
  }
  return padded;
}
