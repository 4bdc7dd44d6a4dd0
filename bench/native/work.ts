import type { Vocabulary } from '../../src/core/vocabulary.js';
import { buildHuffmanTree } from '../../src/sampling/huffman.js';
import { keepThresholds } from '../../src/sampling/subsample.js';
import type { TrainingSettings } from './jobs/wordmill-train.js';

/** What an epoch asks of a machine, as expected from counts alone. */
export interface Work {
  /** Words that subsampling leaves: targets. */
  readonly targets: number;
  /** Rows of W for each target. */
  readonly outputs: number;
  /** Additions and multiplications of float32. */
  readonly operations: number;
  /** Bytes of rows read and written if no row stays in a cache but those of the window. */
  readonly bytes: number;
}

/** The main job's sampling. */
const SUBSAMPLE = 1e-4;
const WINDOW = 5;
const NEGATIVE = 5;

/**
 * The work of one epoch (docs/sampling.md, "One update"). A target has 1 + window contexts on average. In skip-gram each of
 * its context-output pairs takes a dot product and two row updates, 6 d operations; in CBOW each output does, once, and
 * each context is added to the mean and changed, 2 d. For each target one row of E comes in, as its window moves on by a
 * word, and one goes out; every row of W is read and written.
 */
export function workOf(
  vocabulary: Vocabulary,
  { model, loss, dimensions }: Pick<TrainingSettings, 'model' | 'loss' | 'dimensions'>,
): Work {
  const thresholds = keepThresholds(vocabulary, SUBSAMPLE, 'word2vec');
  const kept = Array.from(vocabulary.counts, (count, id) => (count * thresholds[id]!) / 2 ** 32);
  const targets = kept.reduce((sum, count) => sum + count, 0);
  const outputs = loss === 'negative' ? 1 + NEGATIVE : pathNodes(vocabulary, kept) / targets;
  const contexts = 1 + WINDOW;
  const each = model === 'skipgram' ? 6 * contexts * outputs : 6 * outputs + 2 * contexts;
  const row = Math.ceil((4 * dimensions) / 64) * 64;
  return {
    targets,
    outputs,
    operations: targets * each * dimensions,
    bytes: targets * 2 * (1 + outputs) * row,
  };
}

/** The nodes on the paths of all kept words together. */
function pathNodes({ counts }: Vocabulary, kept: readonly number[]): number {
  const { ends } = buildHuffmanTree(counts);
  return kept.reduce((sum, count, id) => sum + count * (ends[id]! - (id === 0 ? 0 : ends[id - 1]!)), 0);
}
