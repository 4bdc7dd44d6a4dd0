import type { IdBlock } from '../core/blocks.js';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import type { Stage } from '../core/stage.js';
import type { Vocabulary } from '../core/vocabulary.js';
import type { SamplingOptions } from './options.js';
import { ALWAYS_KEPT, SentenceSampler } from './sentence-sampler.js';

/**
 * How likely each word is to be kept, by id: `min(2^32 - 1, floor(p * 2^32))`; a token is kept if its 32-bit draw is
 * less. With f the word's share of all tokens that have an id (`<UNK>` included where it has one),
 * p = sqrt(t/f) + t/f as in word2vec.c, or p = sqrt(t/f) as in Mikolov et al. 2013, "Distributed Representations of
 * Words and Phrases and their Compositionality", equation 5.
 *
 * @param t the frequency above which words are thinned out (word2vec's `sample`); 0 keeps all.
 */
export function keepThresholds(
  vocabulary: Vocabulary,
  t: number,
  formula: SamplingOptions['subsampleFormula'] = 'word2vec',
): Uint32Array {
  if (!(t >= 0)) {
    throw new WordmillError('usage', `subsample must be a number of at least 0, not ${t}`, {
      place: { key: 'sampling.subsample' },
    });
  }
  const thresholds = new Uint32Array(vocabulary.size).fill(ALWAYS_KEPT);
  if (t === 0) return thresholds;
  const total = vocabulary.totalCount;
  for (const [id, count] of vocabulary.counts.entries()) {
    if (count === 0) continue;
    const ratio = t / (count / total);
    const keep = formula === 'paper' ? Math.sqrt(ratio) : Math.sqrt(ratio) + ratio;
    thresholds[id] = Math.min(ALWAYS_KEPT, Math.floor(keep * 0x1_0000_0000));
  }
  return thresholds;
}

/** What is thinned out, and under which seed. */
export interface SubsampleOptions {
  readonly vocabulary: Vocabulary;
  /** t; 1e-3 by default, as in word2vec.c. */
  readonly subsample?: number;
  readonly subsampleFormula?: SamplingOptions['subsampleFormula'];
  /** 1 by default. */
  readonly seed?: number;
  /** From 0, the default. */
  readonly epoch?: number;
}

/**
 * Thins out frequent words. Sentences stay where they are, if need be empty, so that their numbers stay right.
 *
 * `skipGramPairs` and `cbowWindows` subsample by themselves, with the same draws; do not put this before them.
 */
export function subsample(options: SubsampleOptions): Stage<IdBlock, IdBlock> {
  const { vocabulary, seed = 1, epoch = 0 } = options;
  const thresholds = keepThresholds(vocabulary, options.subsample ?? 1e-3, options.subsampleFormula);
  return async function* (input, { signal, report }) {
    const sampler = new SentenceSampler({ thresholds, seed });
    for await (const block of input) {
      throwIfAborted(signal);
      const ids = new Uint32Array(block.ids.length);
      const sentenceEnds = new Uint32Array(block.sentenceEnds.length);
      let length = 0;
      let start = 0;
      for (const [index, end] of block.sentenceEnds.entries()) {
        sampler.start(block.ids, start, end, epoch, block.firstSentence + index);
        ids.set(sampler.kept.subarray(0, sampler.length), length);
        length += sampler.length;
        sentenceEnds[index] = length;
        start = end;
      }
      report.count('subsample', 'tokens', length);
      report.drop('subsample', 'frequent word', start - length);
      yield { ids: ids.slice(0, length), sentenceEnds, firstSentence: block.firstSentence };
    }
  };
}
