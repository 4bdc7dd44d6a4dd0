import { rowOf } from '../core/vectors.js';
import { type Addon, availableAddon } from '../native/addon.js';
import { nativeTextRowBlocks } from './native-text-rows.js';
import { MAX_NUMBER_LENGTH, writeNumber } from './number-text.js';
import { type RowBlock, rowBlocks, UTF8_BYTES_PER_UNIT } from './row-blocks.js';
import type { ListedVectors } from './word-vectors.js';

const SPACE = 0x20;
const NEWLINE = 0x0a;

/**
 * Rows as text after a header; without the space at the end of a row that word2vec.c writes. Every block has memory of
 * its own.
 *
 * @param parts vectors whose rows follow each other
 * @param addon what formats numbers; with null, the same bytes come from JavaScript, more slowly
 */
export async function* textRowBlocks(
  parts: readonly ListedVectors[],
  header = '',
  addon: Addon | null = availableAddon(),
): AsyncGenerator<RowBlock> {
  if (header !== '') yield { bytes: Buffer.from(header, 'latin1'), rowsDone: 0 };
  let rowsBefore = 0;
  for (const part of parts) {
    const blocks = addon ? nativeTextRowBlocks(part, addon) : plainTextRowBlocks(part);
    for await (const { bytes, rowsDone } of blocks) yield { bytes, rowsDone: rowsBefore + rowsDone };
    rowsBefore += part.words.length;
  }
}

function plainTextRowBlocks({ words, matrix }: ListedVectors): Generator<RowBlock> {
  return rowBlocks({
    rows: words.length,
    header: '',
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
