import { NoiseSampler } from '../../../sampling/noise.js';
import { Random, STREAMS } from '../../../sampling/random.js';
import type { SampledWords } from '../autodiff/losses.js';

/**
 * Draws the words of a sampled softmax: `draws` of them with replacement in proportion to their weights, of which each
 * counts once. So a word of probability p is in a sample with probability 1 - (1 - p)^draws, the correction's exact
 * number. Each step has a stream of draws of its own, so that a resumed run draws the same.
 */
export class WordSampler {
  readonly #noise: NoiseSampler;
  readonly #draws: number;
  readonly #seed: number;
  readonly #logExpected: Float32Array;

  /** @param weights by id, each above 0 */
  constructor(weights: Float64Array, draws: number, seed: number) {
    this.#noise = new NoiseSampler(weights, 1);
    this.#draws = draws;
    this.#seed = seed;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.#logExpected = Float32Array.from(weights, (weight) =>
      Math.log(-Math.expm1(draws * Math.log1p(-Math.min(weight / total, 1 - 1e-12)))),
    );
  }

  sample(step: number): SampledWords {
    const random = new Random(this.#seed, STREAMS.sampledWords, step);
    const ids = new Set<number>();
    for (let i = 0; i < this.#draws; i++) ids.add(this.#noise.draw(random));
    return { ids: Int32Array.from(ids), logExpected: this.#logExpected };
  }
}
