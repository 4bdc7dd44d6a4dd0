import { rowOf, zeroMatrix } from '../../core/vectors.js';
import type { VectorBatch } from '../../formats/vector-stream.js';
import { lengthOf } from '../similarity.js';

/**
 * Vectors divided by their Euclidean length (summed in float64). Vectors of zeros, and those with numbers that are not
 * finite, stay as they are. The batches that come in are not changed.
 */
export async function* unitLength(batches: AsyncIterable<VectorBatch>): AsyncGenerator<VectorBatch> {
  let spare = zeroMatrix(0, 0);
  for await (const batch of batches) {
    const { rows, dimensions } = batch.matrix;
    if (spare.rows < rows) spare = zeroMatrix(rows, dimensions);
    const matrix = { ...spare, rows, data: spare.data.subarray(0, rows * dimensions) };
    for (let row = 0; row < rows; row++) setUnit(rowOf(batch.matrix, row), rowOf(matrix, row));
    yield { ...batch, matrix };
  }
}

function setUnit(from: Float32Array, to: Float32Array): void {
  const length = lengthOf(from);
  const divisor = length > 0 && Number.isFinite(length) ? length : 1;
  for (let j = 0; j < from.length; j++) to[j] = from[j]! / divisor;
}
