import type { Device, Tensor } from '../backend/device.js';
import type { GroupBatch } from './group-batch.js';
import { logisticErrors } from './logistic-errors.js';
import type { ShallowMatrices } from './shallow-step.js';

/**
 * CBOW with negative sampling (`src/train/reference/cbow.ts` has the paper and the equations): a window's input vector
 * h is the mean of its contexts' rows, and each context receives the whole of what h would receive, undivided, as
 * word2vec.c and gensim have it. All windows of a batch at once; only rows that it uses are read and changed.
 */
export function continuousBagOfWordsStep({ device, E, W }: ShallowMatrices, batch: GroupBatch): number {
  return device.scope(() => {
    const { length, outputsInAPiece } = batch;
    const dimensions = E.shape[1]!;
    const contexts = new Int32Array(batch.contexts.subarray(0, batch.contextLength));
    const { windows, shares } = membership(batch);
    const outputs = new Int32Array(batch.outputs.subarray(0, length * outputsInAPiece));
    const h = device.reshape(meanRows(device, E.gather(contexts), windows, shares), [length, 1, dimensions]);
    const w = device.reshape(W.gather(outputs), [length, outputsInAPiece, dimensions]);
    const scores = device.read(device.batchMatMul(h, w, false, true));
    const { errors, loss } = logisticErrors(batch, scores, 1, () => 1);
    const g = device.tensor(errors, [length, 1, outputsInAPiece]);
    const byMean = device.reshape(device.batchMatMul(g, w), [length, dimensions]);
    const byOutputs = device.batchMatMul(g, h, true);
    E.scatterAdd(contexts, device.gather(byMean, windows));
    W.scatterAdd(outputs, device.reshape(byOutputs, [outputs.length, dimensions]));
    return loss;
  });
}

/** For each context of a batch, the number of its window, and 1 over how many contexts that has. */
export function membership({ length, contextLength, contextEnds }: GroupBatch): {
  readonly windows: Int32Array;
  readonly shares: Float32Array;
} {
  const windows = new Int32Array(contextLength);
  const shares = new Float32Array(length);
  let start = 0;
  for (let window = 0; window < length; window++) {
    const end = contextEnds[window]!;
    windows.fill(window, start, end);
    shares[window] = 1 / (end - start);
    start = end;
  }
  return { windows, shares };
}

/** The mean of each window's rows, [windows, dimensions]. */
export function meanRows(device: Device, rows: Tensor, windows: Int32Array, shares: Float32Array): Tensor {
  const sums = device.segmentSum(rows, windows, shares.length);
  return device.binary('multiply', sums, device.tensor(shares, [shares.length, 1]));
}
