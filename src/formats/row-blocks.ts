import type { VectorBatch } from './vector-stream.js';

/** Vectors to write, some at a time, in order. */
export type VectorBatches = Iterable<VectorBatch> | AsyncIterable<VectorBatch>;

/** How large a file of vectors is: what some formats say at its start. */
export interface VectorShape {
  readonly rows: number;
  readonly dimensions: number;
}

/** A piece of a vector file, about a megabyte, and how many rows are written once it is. */
export interface RowBlock {
  readonly bytes: Uint8Array;
  readonly rowsDone: number;
  /** Where it goes over bytes that were written before; else it follows the block before it. */
  readonly position?: number;
}

/** How one format lays out rows. */
export interface RowLayout {
  readonly rows: number;
  /** No row of this number is longer, in bytes. */
  longest(row: number): number;
  /** Writes a row at a position, and returns the position after it. */
  write(row: number, bytes: Buffer, position: number): number;
}

const BLOCK_BYTES = 1 << 20;

/** Writes rows one after the other into blocks; every block has memory of its own. */
export function* rowBlocks(layout: RowLayout): Generator<RowBlock> {
  let block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let position = 0;
  for (let row = 0; row < layout.rows; row++) {
    const longest = layout.longest(row);
    if (position + longest > block.length) {
      if (position > 0) yield { bytes: block.subarray(0, position), rowsDone: row };
      block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, longest));
      position = 0;
    }
    position = layout.write(row, block, position);
  }
  if (position > 0) yield { bytes: block.subarray(0, position), rowsDone: layout.rows };
}

/**
 * A header, if there is one, and the blocks of one batch after the other; rows are counted through.
 *
 * @param header ASCII that stands before the first row
 */
export async function* blocksOfBatches(
  header: string,
  batches: VectorBatches,
  blocksOf: (batch: VectorBatch) => Iterable<RowBlock> | AsyncIterable<RowBlock>,
): AsyncGenerator<RowBlock> {
  if (header !== '') yield { bytes: Buffer.from(header, 'latin1'), rowsDone: 0 };
  let rowsBefore = 0;
  for await (const batch of batches) {
    for await (const { bytes, rowsDone } of blocksOf(batch)) {
      yield { bytes, rowsDone: rowsBefore + rowsDone };
    }
    rowsBefore += batch.words.length;
  }
}

/** UTF-8 takes at most this many bytes for each unit of a JavaScript string. */
export const UTF8_BYTES_PER_UNIT = 3;
