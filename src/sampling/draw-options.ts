import { WordmillError } from '../core/errors.js';
import { parseOptions } from '../core/options.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { type SamplingOptions, samplingOptions } from './options.js';
import { SentenceSampler } from './sentence-sampler.js';
import { keepThresholds } from './subsample.js';

/** What the sampling stages take: the options of `sampling`, each with its default, and which draws to make. */
export interface DrawOptions extends Partial<SamplingOptions> {
  /** Its counts say which words are frequent. Without it nothing is subsampled. */
  readonly vocabulary?: Vocabulary | undefined;
  /** 1 by default. */
  readonly seed?: number;
  /** From 0, the default; each epoch draws anew. */
  readonly epoch?: number;
}

/** Draw options with nothing left open, and the sampler that they describe. */
export interface Draws {
  readonly sampling: SamplingOptions;
  readonly epoch: number;
  /** A sampler of one's own for each run of a stage, since it has state. */
  sampler(): SentenceSampler;
}

/**
 * Fills in defaults and checks.
 *
 * @throws `usage`, with the key, if an option is out of range, or if subsampling is asked for without a vocabulary.
 */
export function resolveDraws(options: DrawOptions): Draws {
  const { vocabulary, seed = 1, epoch = 0, ...rest } = options;
  if (!vocabulary && (rest.subsample ?? 0) > 0) {
    throw new WordmillError('usage', 'subsampling needs a vocabulary, for its counts', {
      place: { key: 'sampling.subsample' },
      hint: 'Give vocabulary, or subsample: 0.',
    });
  }
  const sampling = parseOptions(samplingOptions, rest, 'sampling');
  const thresholds =
    vocabulary && sampling.subsample > 0
      ? keepThresholds(vocabulary, sampling.subsample, sampling.subsampleFormula)
      : undefined;
  return {
    sampling,
    epoch,
    sampler: () =>
      new SentenceSampler({ thresholds, window: sampling.window, windowMode: sampling.windowMode, seed }),
  };
}
