import type { Addon } from '../native/addon.js';
import { roomForRows } from '../native/row-text.js';
import { type RowBlock, UTF8_BYTES_PER_UNIT } from './row-blocks.js';
import type { VectorBatch } from './vector-stream.js';

const BLOCK_BYTES = 1 << 20;

/** Blocks that are being written while one is consumed: as many as there are threads worth having. */
const BLOCKS_AHEAD = 2;

/** Rows as text, written by the addon in the background while the blocks before them are consumed. */
export async function* nativeTextRowBlocks(
  batch: VectorBatch,
  addon: Pick<Addon, 'writeRows'>,
): AsyncGenerator<RowBlock> {
  const pending: Promise<RowBlock>[] = [];
  try {
    for (const [first, end] of blockRanges(batch)) {
      pending.push(writeBlock(batch, first, end, addon));
      if (pending.length > BLOCKS_AHEAD) yield await pending.shift()!;
    }
    while (pending.length > 0) yield await pending.shift()!;
  } finally {
    // The matrix is the caller's again once nothing reads it.
    await Promise.allSettled(pending);
  }
}

/** Rows that fit a block at their longest, one at least. */
function* blockRanges({ words, matrix }: VectorBatch): Generator<readonly [first: number, end: number]> {
  let first = 0;
  let room = roomForRows(0, 0, matrix.dimensions);
  for (let row = 0; row < words.length; row++) {
    const longest =
      roomForRows(words[row]!.length * UTF8_BYTES_PER_UNIT, 1, matrix.dimensions) -
      roomForRows(0, 0, matrix.dimensions);
    if (row > first && room + longest > BLOCK_BYTES) {
      yield [first, row];
      first = row;
      room = roomForRows(0, 0, matrix.dimensions);
    }
    room += longest;
  }
  if (first < words.length) yield [first, words.length];
}

async function writeBlock(
  { words, matrix }: VectorBatch,
  first: number,
  end: number,
  addon: Pick<Addon, 'writeRows'>,
): Promise<RowBlock> {
  const { dimensions, stride } = matrix;
  const units = words.slice(first, end).reduce((sum, word) => sum + word.length, 0);
  const bytes = Buffer.allocUnsafeSlow(units * UTF8_BYTES_PER_UNIT);
  const wordEnds = new Uint32Array(end - first);
  let wordBytes = 0;
  for (let row = first; row < end; row++) {
    wordBytes += bytes.write(words[row]!, wordBytes);
    wordEnds[row - first] = wordBytes;
  }
  const into = Buffer.allocUnsafeSlow(roomForRows(wordBytes, end - first, dimensions));
  const data = matrix.data.subarray(first * stride, (end - 1) * stride + dimensions);
  const length = await addon.writeRows({ words: bytes, wordEnds, data, dimensions, stride, into });
  return { bytes: into.subarray(0, length), rowsDone: end };
}
