import type { SamplingOptions } from '../sampling/options.js';
import type { Engine, ResolvedTrainOptions } from './engine.js';
import { estimateGlove } from './glove-parameters.js';
import { estimateMatrices } from './matrices.js';

/**
 * What an engine's matrices take for a vocabulary of so many words, in bytes, at most: E and W with the rows of n-grams,
 * GloVe's with their sums of squared gradients, or what the engine says itself.
 */
export function trainingMemory(
  engine: Engine,
  words: number,
  options: ResolvedTrainOptions,
  sampling: SamplingOptions,
): number {
  if (options.model === 'glove') return estimateGlove(words, options.dimensions);
  return engine.memory?.(words, options, sampling) ?? estimateMatrices(words, options);
}
