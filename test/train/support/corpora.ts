import { idBlock } from '../../../src/core/blocks.js';
import type { Corpus, Spool } from '../../../src/core/corpus.js';
import { Vocabulary } from '../../../src/core/vocabulary.js';
import type { SamplingOptions } from '../../../src/sampling/options.js';
import type { ResolvedTrainOptions } from '../../../src/train/engine.js';

/** A corpus in memory, of sentences of words; the reference reads its blocks, never a spool. */
export function corpusOf(sentences: readonly (readonly string[])[], sentencesInABlock = 100): Corpus {
  const counts = new Map<string, number>();
  for (const word of sentences.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
  const ordered = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const vocabulary = new Vocabulary({
    words: ordered.map(([word]) => word),
    counts: ordered.map((e) => e[1]),
  });
  const ids = sentences.map((sentence) => sentence.map((word) => vocabulary.idOf(word)!));
  return {
    vocabulary,
    async *blocks() {
      for (let first = 0; first < ids.length; first += sentencesInABlock) {
        yield idBlock(ids.slice(first, first + sentencesInABlock), first);
      }
    },
    spool: {} as Spool,
  };
}

export const ALL_WORDS: SamplingOptions = {
  subsample: 0,
  subsampleFormula: 'word2vec',
  window: 2,
  windowMode: 'dynamic',
  targets: 'all',
};

/** Small vectors, few negatives, one epoch. */
export const SMALL: ResolvedTrainOptions = {
  engine: 'reference',
  model: 'skipgram',
  loss: 'negative',
  negative: 3,
  noisePower: 0.75,
  dimensions: 8,
  epochs: 1,
  learningRate: 0.1,
  initialRange: 0.5,
  threads: 1,
  seed: 1,
  instructionSet: 'auto',
};
