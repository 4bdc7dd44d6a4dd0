/**
 * fastText's binary models (`.bin`), version 12, little-endian as every machine that it runs on writes them:
 *
 *     int32 793712314, int32 version
 *     args: int32 dim ws epoch minCount neg wordNgrams loss model bucket minn maxn lrUpdateRate, float64 t
 *     dictionary: int32 size nwords nlabels, int64 ntokens pruneidx_size, then for each entry
 *                 its UTF-8, a zero byte, int64 count, int8 type (0 a word, 1 a label)
 *     uint8 1 if the input matrix is quantised, then it: int64 rows columns, and the rows as float32
 *     uint8 the same of the output matrix, then it
 *
 * Input rows: one a word, then one a bucket. Output rows: one a word (or label); with hierarchical softmax row i is
 * inner node i of the Huffman tree, the last row is not used, and a score above 0 takes the second child of a node.
 */

export const FASTTEXT_MAGIC = 793_712_314;
export const FASTTEXT_VERSION = 12;

/** fastText's numbers for models and losses. */
export const FASTTEXT_MODELS = { cbow: 1, skipgram: 2, supervised: 3 } as const;
export const FASTTEXT_LOSSES = { hierarchical: 1, negative: 2, softmax: 3, oneVsAll: 4 } as const;

/** The 32-bit numbers of `args`, in order. */
export const FASTTEXT_ARGS = [
  'dim',
  'ws',
  'epoch',
  'minCount',
  'neg',
  'wordNgrams',
  'loss',
  'model',
  'bucket',
  'minn',
  'maxn',
  'lrUpdateRate',
] as const;

/** How a model was trained, as the file says it. */
export type FasttextArgs = Record<(typeof FASTTEXT_ARGS)[number], number> & {
  /** The threshold of subsampling. */
  readonly t: number;
};

/** What the magic number is in bytes. */
export function isFasttextBinary(head: Buffer): boolean {
  return head.length >= 4 && head.readInt32LE(0) === FASTTEXT_MAGIC;
}
