import type { SamplingOptions } from '../../../sampling/options.js';
import type { ResolvedTrainOptions } from '../../engine.js';
import { nplmOptions, nplmWindows } from '../../model-defaults.js';
import { outputUnits } from './nplm.js';
import { contextPlaces } from './nplm-batch.js';

/**
 * Memory that a neural language model takes in training, in bytes, roughly: all parameters, Adam's two moments of each,
 * the best so far where it is kept, and the copy that is given back.
 */
export function nplmMemory(words: number, options: ResolvedTrainOptions, sampling: SamplingOptions): number {
  const { hiddenUnits: hidden, direct, optimizer, patience } = nplmOptions(options);
  const { dimensions } = options;
  const places = contextPlaces(nplmWindows(sampling));
  const output = words * (outputUnits({ places, dimensions, hidden, direct }) + 1);
  const numbers = (words + 1) * dimensions + (places * dimensions + 1) * hidden + output;
  const copies = 2 + (optimizer === 'adam' ? 2 : 0) + (patience > 0 ? 1 : 0);
  return copies * numbers * Float32Array.BYTES_PER_ELEMENT;
}
