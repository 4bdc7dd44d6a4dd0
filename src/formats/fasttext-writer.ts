import { endianness } from 'node:os';
import { type Matrix, rowOf } from '../core/vectors.js';
import {
  FASTTEXT_ARGS,
  FASTTEXT_LOSSES,
  FASTTEXT_MAGIC,
  FASTTEXT_MODELS,
  FASTTEXT_VERSION,
  type FasttextArgs,
} from './fasttext-layout.js';
import {
  blocksOfBatches,
  type RowBlock,
  rowBlocks,
  UTF8_BYTES_PER_UNIT,
  type VectorBatches,
  type VectorShape,
} from './row-blocks.js';

/** A model as fastText's binary holds it. */
export interface FasttextModel {
  readonly args: FasttextArgs;
  /** Ordered by count, largest first, as fastText has them: it builds its Huffman tree in this order. */
  readonly words: readonly string[];
  readonly counts: ArrayLike<number>;
  /** Tokens of the text that it was trained on. */
  readonly tokens: number;
  /** A word's own row; that of a bucket, from 0 to `args.bucket`. A row is good until the next is asked for. */
  wordRow(word: number): Float32Array;
  bucketRow(bucket: number): Float32Array;
  /** By word; with hierarchical softmax by inner node, as docs/sampling.md numbers them. */
  outputRow(row: number): Float32Array;
}

const BIG_ENDIAN = endianness() === 'BE';

/** A model as fastText's binary, version 12 (`fasttext-layout.ts`). Rows done count those of both matrices. */
export function* fasttextBlocks(model: FasttextModel): Generator<RowBlock> {
  const { words, counts, args } = model;
  yield { bytes: headBytes(args, words.length, model.tokens), rowsDone: 0 };
  for (const { bytes } of entryBlocks(words, counts)) yield { bytes, rowsDone: 0 };
  const inputRows = words.length + args.bucket;
  yield* matrixBlocks(inputRows, args.dim, 0, (row) =>
    row < words.length ? model.wordRow(row) : model.bucketRow(row - words.length),
  );
  yield* matrixBlocks(words.length, args.dim, inputRows, outputRows(model));
}

/**
 * Vectors that come some at a time as fastText's binary: a model of words alone, without n-grams and without output
 * rows, to look up and not to train on. Words come before all rows there, so batches are gone through twice, and the
 * words' bytes are held meanwhile. Where counts are not known they are 1.
 */
export async function* fasttextOfBatches(
  batches: VectorBatches,
  { rows, dimensions }: VectorShape,
): AsyncGenerator<RowBlock> {
  const entries: Uint8Array[] = [];
  let tokens = 0;
  for await (const { words, counts = new Float64Array(words.length).fill(1) } of batches) {
    // Copied: a block has room for a megabyte.
    for (const { bytes } of entryBlocks(words, counts)) entries.push(Uint8Array.from(bytes));
    tokens += counts.reduce((sum, count) => sum + count, 0);
  }
  yield { bytes: headBytes(lookUpArgs(dimensions), rows, tokens), rowsDone: 0 };
  for (const bytes of entries.splice(0)) yield { bytes, rowsDone: 0 };
  yield { bytes: matrixHead(rows, dimensions), rowsDone: 0 };
  yield* blocksOfBatches('', batches, ({ matrix }) =>
    rowsAsFloats(matrix.rows, dimensions, (row) => rowOf(matrix, row)),
  );
  yield { bytes: matrixHead(0, dimensions), rowsDone: rows };
}

/** Arguments of a model that is only looked up: fastText's defaults, without n-grams, and a loss without tables. */
function lookUpArgs(dim: number): FasttextArgs {
  return {
    ...{ dim, ws: 5, epoch: 5, minCount: 1, neg: 5, wordNgrams: 1 },
    ...{ loss: FASTTEXT_LOSSES.softmax, model: FASTTEXT_MODELS.skipgram },
    ...{ bucket: 0, minn: 0, maxn: 0, lrUpdateRate: 100, t: 1e-4 },
  };
}

/** How many rows a model's matrices have. */
export function fasttextRows({ words, args }: Pick<FasttextModel, 'words' | 'args'>): number {
  return 2 * words.length + args.bucket;
}

function headBytes(args: FasttextArgs, words: number, tokens: number): Buffer {
  const head = Buffer.alloc(4 * (2 + FASTTEXT_ARGS.length + 3) + 8 * 3);
  let at = head.writeInt32LE(FASTTEXT_MAGIC);
  at = head.writeInt32LE(FASTTEXT_VERSION, at);
  for (const name of FASTTEXT_ARGS) at = head.writeInt32LE(args[name], at);
  at = head.writeDoubleLE(args.t, at);
  for (const entries of [words, words, 0]) at = head.writeInt32LE(entries, at);
  at = head.writeBigInt64LE(BigInt(tokens), at);
  head.writeBigInt64LE(-1n, at); // nothing is pruned
  return head;
}

/** The dictionary's entries of words. */
function entryBlocks(words: readonly string[], counts: ArrayLike<number>): Generator<RowBlock> {
  return rowBlocks({
    rows: words.length,
    longest: (row) => words[row]!.length * UTF8_BYTES_PER_UNIT + 10,
    write(row, bytes, position) {
      let at = position + bytes.write(words[row]!, position, 'utf8');
      at = bytes.writeUInt8(0, at);
      at = bytes.writeBigInt64LE(BigInt(counts[row]!), at);
      return bytes.writeInt8(0, at);
    },
  });
}

/**
 * Rows of W as fastText numbers and signs them: with hierarchical softmax its label is 1 where ours, which is
 * word2vec.c's, is 0; the opposite row gives the opposite score.
 */
function outputRows({ args, words, outputRow }: FasttextModel): (row: number) => Float32Array {
  if (args.loss !== FASTTEXT_LOSSES.hierarchical) return outputRow;
  const none = new Float32Array(args.dim);
  return (row) => (row < words.length - 1 ? outputRow(row).map((value) => -value) : none);
}

function* matrixBlocks(
  rows: number,
  dimensions: number,
  rowsBefore: number,
  rowAt: (row: number) => Float32Array,
): Generator<RowBlock> {
  yield { bytes: matrixHead(rows, dimensions), rowsDone: rowsBefore };
  for (const { bytes, rowsDone } of rowsAsFloats(rows, dimensions, rowAt)) {
    yield { bytes, rowsDone: rowsBefore + rowsDone };
  }
}

function rowsAsFloats(
  rows: number,
  dimensions: number,
  rowAt: (row: number) => Float32Array,
): Generator<RowBlock> {
  const rowBytes = 4 * dimensions;
  return rowBlocks({
    rows,
    longest: () => rowBytes,
    write(row, bytes, position) {
      const values = rowAt(row);
      bytes.set(new Uint8Array(values.buffer, values.byteOffset, rowBytes), position);
      if (BIG_ENDIAN) bytes.subarray(position, position + rowBytes).swap32();
      return position + rowBytes;
    },
  });
}

function matrixHead(rows: number, dimensions: number): Buffer {
  const head = Buffer.alloc(17); // not quantised
  head.writeBigInt64LE(BigInt(rows), 1);
  head.writeBigInt64LE(BigInt(dimensions), 9);
  return head;
}

/** Words' rows in the order of counts: for each place, largest count first, the id; equal ones stay in order. */
export function orderByCount(counts: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: counts.length }, (_, id) => id).sort(
    (a, b) => counts[b]! - counts[a]! || a - b,
  );
}

/** A matrix's rows by place in an order. */
export function rowsInOrder(matrix: Matrix, order: Uint32Array): (place: number) => Float32Array {
  return (place) => rowOf(matrix, order[place]!);
}
