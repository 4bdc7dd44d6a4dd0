import type { Report } from '../../core/report.js';
import type { SamplingOptions } from '../../sampling/options.js';
import type { ResolvedTrainOptions } from '../engine.js';

/** What one core does in this code, roughly: a score, its part of E's sum and its part of W's, by component. */
const COMPONENTS_A_SECOND = 250e6;
const MANY_WORDS = 1_000_000;
const LONG_SECONDS = 600;

/** Warns, with an estimate of the time, when training with this engine will take long. */
export function warnIfSlow(
  words: number,
  vocabularySize: number,
  options: ResolvedTrainOptions,
  sampling: SamplingOptions,
  report: Report,
): void {
  const seconds = estimateSeconds(words, vocabularySize, options, sampling);
  if (words <= MANY_WORDS && seconds <= LONG_SECONDS) return;
  const advice =
    options.loss === 'softmax'
      ? 'full softmax computes a score for every word at every prediction; loss negative or hierarchical is far faster'
      : 'the native engine is far faster';
  report.warn(
    'reference-slow',
    `the reference engine may take ${duration(seconds)} on this corpus: ${advice}`,
  );
}

/** A rough upper estimate: subsampling, which makes it less, is left out. */
export function estimateSeconds(
  words: number,
  vocabularySize: number,
  options: ResolvedTrainOptions,
  sampling: SamplingOptions,
): number {
  const reach = sampling.windowMode === 'fixed' ? sampling.window : (1 + sampling.window) / 2;
  const contexts = sampling.targets === 'all' ? 2 * reach : Math.min(2 * reach, sampling.targets);
  const predictions = words * (options.model === 'cbow' ? 1 : contexts);
  const outputs = {
    negative: 1 + options.negative,
    hierarchical: Math.log2(vocabularySize + 1),
    softmax: vocabularySize,
    sampled: 1 + (options.samples ?? 0),
    leastSquares: 1,
  }[options.loss];
  return (predictions * outputs * options.dimensions) / COMPONENTS_A_SECOND;
}

function duration(seconds: number): string {
  if (seconds < 120) return 'a minute or two';
  if (seconds < 7_200) return `some ${Math.round(seconds / 60)} minutes`;
  if (seconds < 172_800) return `some ${Math.round(seconds / 3_600)} hours`;
  return `some ${Math.round(seconds / 86_400)} days`;
}
