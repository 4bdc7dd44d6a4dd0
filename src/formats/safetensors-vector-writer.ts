import { littleEndian, NUMBER_BYTES, type NumberType, packedRows } from './packed-rows.js';
import type { RowBlock, VectorBatches, VectorShape } from './row-blocks.js';
import { headerText, LENGTH_BYTES, type TensorEntry } from './safetensors-header.js';
import { ALIGNMENT, FORMAT, VERSION } from './safetensors-vectors.js';
import { WordTableBuilder } from './word-table-builder.js';

/** How vectors are written as safetensors. */
export interface SafetensorsVectorOptions {
  /** float32 by default. */
  readonly dtype?: NumberType;
  /** What else the file's metadata tell; `format` and `version` are there already. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const BLOCK_BYTES = 1 << 20;
/** Numbers in a header have no more digits than this. */
const LARGEST = Number.MAX_SAFE_INTEGER;

/**
 * Vectors as wordmill's own format (see safetensors-vectors.ts). All batches have counts, or none. Rows are written as they come; words are kept until the
 * end, as bytes, and sorted then. The header, which gives the number of rows, is the last block, with the position at
 * which it goes over the spaces that were written in its place.
 *
 * @throws RangeError where the words have more than 4 GiB.
 */
export async function* safetensorsVectorBlocks(
  batches: VectorBatches,
  { dimensions }: Pick<VectorShape, 'dimensions'>,
  { dtype = 'f32', metadata = {} }: SafetensorsVectorOptions = {},
): AsyncGenerator<RowBlock> {
  const told = { format: FORMAT, version: VERSION, ...metadata };
  const room = roundUp(
    LENGTH_BYTES + Buffer.byteLength(headerText(entries(LARGEST, LARGEST, LARGEST, dtype, true), told)),
  );
  yield { bytes: Buffer.alloc(room, ' '), rowsDone: 0 };
  const words = new WordTableBuilder();
  const counts: Float64Array[] = [];
  for await (const batch of batches) {
    words.add(batch.words);
    if (batch.counts) counts.push(Float64Array.from(batch.counts));
    yield { bytes: packedRows(batch.matrix, dtype), rowsDone: words.rows };
  }
  const rowsDone = words.rows;
  const embeddingBytes = rowsDone * dimensions * NUMBER_BYTES[dtype];
  const wordBytes = roundUp(embeddingBytes + words.length) - embeddingBytes;
  const parts = [words.bytes(), new Uint8Array(wordBytes - words.length), ...counts.map(littleEndian)];
  for (const part of [...parts, littleEndian(words.ends()), littleEndian(words.sorted())]) {
    for (let start = 0; start < part.length; start += BLOCK_BYTES) {
      yield { bytes: part.subarray(start, start + BLOCK_BYTES), rowsDone };
    }
  }
  const header = Buffer.alloc(room, ' ');
  header.writeBigUInt64LE(BigInt(room - LENGTH_BYTES));
  header.write(
    headerText(entries(rowsDone, dimensions, wordBytes, dtype, counts.length > 0), told),
    LENGTH_BYTES,
  );
  yield { bytes: header, rowsDone, position: 0 };
}

function entries(
  rows: number,
  dimensions: number,
  wordBytes: number,
  dtype: NumberType,
  hasCounts: boolean,
): TensorEntry[] {
  let end = 0;
  const entry = (name: string, type: TensorEntry['type'], shape: readonly number[], bytes: number) => {
    const begin = end;
    // A header whose numbers are not known yet is measured with sizes that no file has.
    end = Math.min(begin + bytes, LARGEST);
    return { name, type, shape, begin, end };
  };
  return [
    entry(
      'embeddings',
      dtype === 'f32' ? 'F32' : 'F16',
      [rows, dimensions],
      rows * dimensions * NUMBER_BYTES[dtype],
    ),
    entry('word_bytes', 'U8', [wordBytes], wordBytes),
    ...(hasCounts ? [entry('counts', 'F64', [rows], rows * 8)] : []),
    entry('word_ends', 'U32', [rows], rows * 4),
    entry('words_sorted', 'U32', [rows], rows * 4),
  ];
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
