import type { VectorBatch } from './vector-stream.js';

/** The first rows of batches; without a limit all of them. Batches without rows are left out. */
export async function* firstRows(
  batches: AsyncIterable<VectorBatch>,
  limit = Infinity,
): AsyncGenerator<VectorBatch> {
  let left = limit;
  if (left <= 0) return;
  for await (const batch of batches) {
    const rows = batch.words.length;
    if (rows === 0) continue;
    yield rows <= left ? batch : cut(batch, left);
    left -= rows;
    if (left <= 0) return;
  }
}

function cut({ words, matrix, counts }: VectorBatch, rows: number): VectorBatch {
  return {
    words: words.slice(0, rows),
    matrix: { ...matrix, rows },
    ...(counts && { counts: counts.subarray(0, rows) }),
  };
}
