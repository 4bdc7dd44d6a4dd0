import { type Matrix, rowOf } from '../core/vectors.js';
import { ESCAPE } from './carried-words.js';
import { MAX_NUMBER_LENGTH, writeNumber } from './number-text.js';
import { type RowBlock, rowBlocks, UTF8_BYTES_PER_UNIT } from './row-blocks.js';

/**
 * What TensorBoard's projector reads (tensorboard/plugins/projector), in a folder that `tensorboard --logdir` is given:
 *
 *     vectors.tsv             a row of numbers on each line, a tab between them
 *     metadata.tsv            a word on each line; with counts a first line `Word<tab>Count`, then both: a first line with
 *                             a tab is taken for a header, and only then
 *     projector_config.pbtxt  which file is which, as text of protocol buffers
 *
 * The first two can also be loaded into the projector's page by hand.
 */

export const VECTORS_FILE = 'vectors.tsv';
export const METADATA_FILE = 'metadata.tsv';
export const CONFIG_FILE = 'projector_config.pbtxt';

const TAB = 0x09;
const NEWLINE = 0x0a;

/** What would end a field or a line, for one reader or another, and half a surrogate pair. */
const BREAKS = /[\0\t\n\v\f\r\u0085\u2028\u2029]|\p{Surrogate}/gu;

/** Rows of numbers, six significant digits each, as text with tabs. */
export function projectorVectors(matrix: Matrix): Generator<RowBlock> {
  return rowBlocks({
    rows: matrix.rows,
    longest: () => matrix.dimensions * (1 + MAX_NUMBER_LENGTH) + 1,
    write(row, bytes, position) {
      let at = position;
      for (const [column, value] of rowOf(matrix, row).entries()) {
        if (column > 0) bytes[at++] = TAB;
        at = writeNumber(value, bytes, at);
      }
      bytes[at] = NEWLINE;
      return at + 1;
    },
  });
}

/** The words as the projector's labels; with counts a second column, and a header. */
export function* projectorMetadata(
  words: readonly string[],
  counts?: ArrayLike<number>,
): Generator<RowBlock> {
  if (counts) yield { bytes: Buffer.from('Word\tCount\n'), rowsDone: 0 };
  const field = (row: number) => (counts ? `\t${counts[row]}` : '');
  yield* rowBlocks({
    rows: words.length,
    longest: (row) => (words[row]!.length + 1) * UTF8_BYTES_PER_UNIT + field(row).length + 1,
    write: (row, bytes, position) =>
      position + bytes.write(`${projectorLabel(words[row]!)}${field(row)}\n`, position),
  });
}

/**
 * A word as the projector can show it: U+2581 for tabs and line breaks, and in words of nothing but white space, whose
 * lines it would leave out, so that all labels after them would be another word's.
 */
export function projectorLabel(word: string): string {
  const label = word.replace(BREAKS, ESCAPE);
  if (label.trim() !== '') return label;
  return label === '' ? ESCAPE : label.replace(/\s/g, ESCAPE);
}

/** The configuration that names the two files. */
export function projectorConfig(): string {
  return `embeddings {
  tensor_name: "embeddings"
  tensor_path: "${VECTORS_FILE}"
  metadata_path: "${METADATA_FILE}"
}
`;
}
