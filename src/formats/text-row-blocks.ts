import { rowOf } from '../core/vectors.js';
import { type Addon, availableAddon } from '../native/addon.js';
import { nativeTextRowBlocks } from './native-text-rows.js';
import { MAX_NUMBER_LENGTH, writeNumber } from './number-text.js';
import {
  blocksOfBatches,
  type RowBlock,
  rowBlocks,
  UTF8_BYTES_PER_UNIT,
  type VectorBatches,
} from './row-blocks.js';
import type { VectorBatch } from './vector-stream.js';

const SPACE = 0x20;
const NEWLINE = 0x0a;

/**
 * Rows as text after a header; without the space at the end of a row that word2vec.c writes. Every block has memory of
 * its own.
 *
 * @param addon what formats numbers; with null, the same bytes come from JavaScript, more slowly
 */
export function textRowBlocks(
  batches: VectorBatches,
  header = '',
  addon: Addon | null = availableAddon(),
): AsyncGenerator<RowBlock> {
  return blocksOfBatches(header, batches, (batch) =>
    addon ? nativeTextRowBlocks(batch, addon) : plainTextRowBlocks(batch),
  );
}

function plainTextRowBlocks({ words, matrix }: VectorBatch): Generator<RowBlock> {
  return rowBlocks({
    rows: words.length,
    longest: (row) =>
      words[row]!.length * UTF8_BYTES_PER_UNIT + matrix.dimensions * (1 + MAX_NUMBER_LENGTH) + 1,
    write(row, bytes, position) {
      const values = rowOf(matrix, row);
      let at = position + bytes.write(words[row]!, position);
      for (let column = 0; column < values.length; column++) {
        bytes[at] = SPACE;
        at = writeNumber(values[column]!, bytes, at + 1);
      }
      bytes[at] = NEWLINE;
      return at + 1;
    },
  });
}
