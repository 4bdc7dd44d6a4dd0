import type { ResolvedTrainOptions } from './engine.js';
import { subwordOptionsOf } from './model-defaults.js';

// Of docs/sampling.md, "Deterministic training"; src/native/rounds.h and rounds.cc have the same.

/** Shards: each takes chunks of the data, and trains on copies of rows until the round ends. */
export const SHARDS = 16;

/** How many groups a shard trains on in a round. */
export const GROUPS_IN_A_TURN = 64;

/** By how much changes are damped for each prediction, at a learning rate of 1. */
export const DAMPING = 0.2;

/**
 * Whether training is in rounds of shards, to give the same vectors, bit for bit, on any number of threads. With full
 * softmax, where every group changes all of W, and with character n-grams one thread trains instead.
 */
export function trainsInRounds(
  options: Pick<ResolvedTrainOptions, 'deterministic' | 'loss' | 'minn' | 'maxn' | 'buckets'>,
): boolean {
  return options.deterministic === true && options.loss !== 'softmax' && !subwordOptionsOf(options);
}
