import { WordmillError } from '../core/errors.js';
import { parseOptions } from '../core/options.js';
import type { Stage } from '../core/stage.js';
import { rowOf, type TrainedVectors } from '../core/vectors.js';
import { carriedWords } from '../formats/carried-words.js';
import { FASTTEXT_LOSSES, FASTTEXT_MODELS } from '../formats/fasttext-layout.js';
import {
  type FasttextModel,
  fasttextBlocks,
  fasttextRows,
  orderByCount,
  rowsInOrder,
} from '../formats/fasttext-writer.js';
import { fileSink } from './file-sink.js';
import { type SinkSettings, sinkSettings } from './options.js';
import { leastBytes } from './output-size.js';

/**
 * Writes a model as fastText's binary (`.bin`): the rows of words and of all buckets, used or not, and the output rows.
 * Words stand by count there. fastText, gensim and `loadVectors` make a vector of any string from it. A word that is
 * escaped is another string, which readers compose of its own n-grams.
 *
 * @throws WordmillError `usage` for wrong settings, at once, and for a model that fastText does not have; as `fileSink`;
 * `data` for a word with white space, unless `escapeWords` is set.
 */
export function fasttextBinary(
  path: string,
  settings: Partial<SinkSettings> = {},
): Stage<TrainedVectors, TrainedVectors> {
  const { escapeWords } = parseOptions(sinkSettings, settings, '');
  const words = (vectors: Pick<TrainedVectors, 'vocabulary'>) =>
    carriedWords(vectors.vocabulary, { format: "fastText's binary", path, escapeWords });
  return fileSink(path, {
    name: 'fasttext',
    bytes: (vectors) => leastBytes('fasttext', vectors),
    check: (vocabulary) => void words({ vocabulary }),
    rows: (vectors) => fasttextRows(modelOf(vectors, words(vectors), path)),
    blocks: (vectors) => fasttextBlocks(modelOf(vectors, words(vectors), path)),
  });
}

function modelOf(vectors: TrainedVectors, words: readonly string[], file: string): FasttextModel {
  const { vocabulary, input, output, subwords, summary, settings } = vectors;
  const { counts } = vocabulary;
  const { minn = 0, maxn = 0, buckets = 0 } = subwords?.table.options ?? {};
  const order = orderByCount(counts);
  return {
    args: {
      dim: input.dimensions,
      ws: settings?.window ?? 5,
      epoch: summary.epochs,
      minCount: Math.max(1, Math.min(...countsAtEnd(counts, order))),
      neg: settings?.negative ?? 5,
      wordNgrams: 1,
      loss: codeOf(FASTTEXT_LOSSES, summary.loss, file),
      model: codeOf(FASTTEXT_MODELS, summary.model, file),
      bucket: buckets,
      ...{ minn, maxn },
      lrUpdateRate: 100,
      t: settings?.subsample ?? 1e-4,
    },
    words: Array.from(order, (id) => words[id]!),
    counts: Array.from(order, (id) => counts[id]!),
    tokens: vocabulary.totalCount,
    wordRow: rowsInOrder(subwords?.rows ?? input, order),
    bucketRow: (bucket) => subwords!.bucketRow(bucket),
    outputRow: summary.loss === 'hierarchical' ? (row) => rowOf(output, row) : rowsInOrder(output, order),
  };
}

/** The count of the rarest word: what fastText's minCount may have been. */
function countsAtEnd(counts: Float64Array, order: Uint32Array): number[] {
  return order.length === 0 ? [1] : [counts[order.at(-1)!]!];
}

function codeOf(codes: Readonly<Record<string, number>>, name: string, file: string): number {
  const code = codes[name];
  if (code !== undefined) return code;
  throw new WordmillError('usage', `fastText's binary has no ${name}`, {
    place: { file },
    hint: 'Train skipgram or cbow, with loss negative, hierarchical or softmax, or take another format.',
  });
}
