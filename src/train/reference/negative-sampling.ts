import { Random, STREAMS } from '../../core/random.js';
import { NoiseSampler } from '../../sampling/noise.js';
import { logisticLoss } from './logistic.js';
import type { Loss, Outputs } from './loss.js';

/**
 * Negative sampling (Mikolov, Sutskever, Chen, Corrado & Dean 2013, "Distributed Representations of Words and Phrases
 * and their Compositionality", equation 4). With input vector h, target t and negatives n_1 .. n_k drawn from the
 * noise distribution, the loss is
 *
 *     -log sigmoid(h . W[t]) - sum over i of log sigmoid(-h . W[n_i])
 *
 * that is, one yes-or-no question a row: does this word belong here? Labels are 1 for the target and 0 for the
 * negatives, and error[o] = label[o] - sigmoid(h . W[o]) (`logisticLoss`).
 *
 * A negative that equals the target is skipped, so that there is one fewer; one that was drawn twice stands twice.
 */
export class NegativeSampling implements Loss {
  readonly outputRows: number;
  readonly maximumOutputs: number;
  readonly #negative: number;
  readonly #noise: NoiseSampler;
  readonly #seed: number;
  readonly #rows: Uint32Array;
  readonly #labels: Uint8Array;
  #random = new Random();

  constructor(
    counts: ArrayLike<number>,
    options: { readonly negative: number; readonly noisePower: number; readonly seed: number },
  ) {
    this.outputRows = counts.length;
    this.maximumOutputs = 1 + options.negative;
    this.#negative = options.negative;
    this.#noise = new NoiseSampler(counts, options.noisePower);
    this.#seed = options.seed;
    this.#rows = new Uint32Array(this.maximumOutputs);
    this.#labels = new Uint8Array(this.maximumOutputs);
    this.#labels[0] = 1;
  }

  startSentence(epoch: number, sentence: number): void {
    this.#random = new Random(this.#seed, STREAMS.negatives, epoch, sentence);
  }

  outputsFor(target: number): Outputs {
    this.#rows[0] = target;
    let length = 1;
    for (let draw = 0; draw < this.#negative; draw++) {
      const negative = this.#noise.draw(this.#random);
      if (negative !== target) this.#rows[length++] = negative;
    }
    return { rows: this.#rows, labels: this.#labels, length };
  }

  evaluate(outputs: Outputs, scores: Float64Array, errors: Float64Array): number {
    return logisticLoss(outputs, scores, errors);
  }
}
