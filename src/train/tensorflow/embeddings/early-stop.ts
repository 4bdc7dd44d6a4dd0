import type { NeuralLanguageModel } from './nplm.js';

/** Watches perplexity by epoch: keeps the model that had the lowest, and says when there is no use in going on. */
export class EarlyStop {
  readonly perplexities: number[] = [];
  readonly #model: NeuralLanguageModel;
  readonly #patience: number;
  #best: { readonly epoch: number; readonly values: readonly Float32Array[] } | undefined;

  /** @param patience epochs without a lower perplexity after which to stop; 0 never stops, and keeps nothing. */
  constructor(model: NeuralLanguageModel, patience: number) {
    this.#model = model;
    this.#patience = patience;
  }

  /** The number, from 0, of the epoch with the lowest perplexity. */
  get bestEpoch(): number {
    return this.perplexities.indexOf(Math.min(...this.perplexities));
  }

  /** Takes the perplexity after an epoch; gives whether to stop. */
  after(perplexity: number): boolean {
    this.perplexities.push(perplexity);
    if (this.#patience === 0) return false;
    const epoch = this.perplexities.length - 1;
    if (this.bestEpoch === epoch) {
      const values = this.#model.parameters.map(({ variable }) => variable.toHost().slice());
      this.#best = { epoch, values };
    }
    return epoch - this.bestEpoch >= this.#patience;
  }

  /** Puts the best model back, where it is not the last; gives its epoch, from 0, if it did. */
  restoreBest(): number | undefined {
    const best = this.#best;
    if (!best || best.epoch === this.perplexities.length - 1) return undefined;
    for (const [number, { variable }] of this.#model.parameters.entries()) {
      variable.assign(best.values[number]!);
    }
    return best.epoch;
  }
}
