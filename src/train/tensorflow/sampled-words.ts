import { Random, STREAMS } from '../../core/random.js';
import { NoiseSampler, noiseWeights } from '../../sampling/noise.js';
import type { SampledWords } from './autodiff/losses.js';

/**
 * The words that a sampled softmax compares the targets of a step with: `samples` draws from the noise distribution
 * count^power with replacement, each word kept once. A word of probability q is then among them with probability
 * 1 - (1 - q)^samples, exactly: what `sampledSoftmax` corrects its score by. The more draws, the more words, and in
 * the end all of them, with a correction of log 1 = 0: full softmax.
 *
 * A word whose count is 0, as a vocabulary from a file may have it, is drawn as if it were 1: it may still be a target.
 */
export class WordSampler {
  /** By word: log(1 - (1 - q)^samples). */
  readonly logExpected: Float32Array;
  readonly #noise: NoiseSampler;
  readonly #samples: number;
  readonly #random: Random;
  /** By word: the draw in which it was taken last. */
  readonly #takenIn: Float64Array;
  readonly #ids: Int32Array;
  #draws = 0;

  constructor(
    counts: ArrayLike<number>,
    options: { readonly samples: number; readonly noisePower: number; readonly seed: number },
  ) {
    const atLeastOne = Float64Array.from(counts, (count) => Math.max(1, count));
    this.#samples = options.samples;
    this.#noise = new NoiseSampler(atLeastOne, options.noisePower);
    this.#random = new Random(options.seed, STREAMS.sampledWords);
    this.#takenIn = new Float64Array(counts.length);
    this.#ids = new Int32Array(Math.min(options.samples, counts.length));
    const weights = noiseWeights(atLeastOne, options.noisePower);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    // By log1p and expm1, because 1 - q is 1 in floating point for a rare word of a large vocabulary.
    this.logExpected = Float32Array.from(weights, (weight) =>
      Math.log(-Math.expm1(this.#samples * Math.log1p(-weight / total))),
    );
  }

  /** The words of a step, from the stream that docs/sampling.md gives it; different ids. */
  draw(step: number): SampledWords {
    this.#random.fork(step);
    this.#draws++;
    let length = 0;
    for (let i = 0; i < this.#samples; i++) {
      const id = this.#noise.draw(this.#random);
      if (this.#takenIn[id] === this.#draws) continue;
      this.#takenIn[id] = this.#draws;
      this.#ids[length++] = id;
    }
    return { ids: this.#ids.slice(0, length), logExpected: this.logExpected };
  }
}
