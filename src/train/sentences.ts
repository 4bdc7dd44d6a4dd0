import type { IdBlock } from '../core/blocks.js';
import type { Corpus, PairCorpus } from '../core/corpus.js';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import type { HeldOutSentences } from './held-out.js';
import { PAIRS_IN_A_RUN } from './pair-runs.js';

/** A sentence of a block: its ids are `block.ids[start .. end)`. */
export interface SentenceInBlock {
  /** Its number in the whole corpus, from 0. */
  readonly sentence: number;
  readonly start: number;
  readonly end: number;
}

/** The sentences of a block that are trained on, or those that are held out, in order. */
export function* sentencesIn(
  block: IdBlock,
  heldOut: HeldOutSentences,
  wanted: 'trained' | 'held out',
): Generator<SentenceInBlock, void, void> {
  let start = 0;
  for (const [index, end] of block.sentenceEnds.entries()) {
    const sentence = block.firstSentence + index;
    if (heldOut.has(sentence) === (wanted === 'held out')) yield { sentence, start, end };
    start = end;
  }
}

/**
 * Tokens of an epoch that have an id, held-out sentences left out. Counted rather than summed from the vocabulary, whose
 * counts may be another corpus's (`--read-vocabulary`).
 *
 * @throws WordmillError `data` if all of them are held out.
 */
export async function countTokens(
  corpus: Corpus,
  heldOut: HeldOutSentences,
  signal: AbortSignal,
): Promise<number> {
  let trained = 0;
  let all = 0;
  for await (const block of corpus.blocks()) {
    throwIfAborted(signal);
    all += block.ids.length;
    for (const { start, end } of sentencesIn(block, heldOut, 'trained')) trained += end - start;
  }
  if (trained === 0 && all > 0) throw allHeldOut();
  return trained;
}

/**
 * Pairs of an epoch, those that are held out left out.
 *
 * @throws WordmillError `data` if all of them are held out.
 */
export function countPairs({ pairs }: PairCorpus, heldOut: HeldOutSentences): number {
  let trained = 0;
  for (let run = 0; run * PAIRS_IN_A_RUN < pairs; run++) {
    const length = Math.min(PAIRS_IN_A_RUN, pairs - run * PAIRS_IN_A_RUN);
    trained += heldOut.ofRun(run, length).reduce((left, held) => left - held, length);
  }
  if (trained === 0 && pairs > 0) throw allHeldOut();
  return trained;
}

/** The error for a share so large that nothing is left to train on. */
export function allHeldOut(): WordmillError {
  return new WordmillError('data', 'all that could be trained on is held out', {
    place: { key: 'train.validation' },
    hint: 'Hold out a smaller share, or give more text.',
  });
}
