/**
 * Watches how well a model does on held-out text after each epoch: keeps the best epoch's weights, and says when there
 * is no use in going on.
 */
export class EarlyStop {
  /** Losses or perplexities, one an epoch; less is better. */
  readonly measures: number[] = [];
  readonly #patience: number;
  readonly #keep: () => () => void;
  #best: { readonly epoch: number; readonly restore: () => void } | undefined;

  /**
   * @param patience epochs without a lower measure after which to stop; 0 never stops, and keeps nothing.
   * @param keep copies the weights as they are, in the place of an earlier copy, and gives what puts them back.
   */
  constructor(patience: number, keep: () => () => void) {
    this.#patience = patience;
    this.#keep = keep;
  }

  /** The number, from 0, of the epoch with the lowest measure. */
  get bestEpoch(): number {
    return this.measures.indexOf(Math.min(...this.measures));
  }

  /** Takes the measure after an epoch; gives whether to stop. */
  after(measure: number): boolean {
    this.measures.push(measure);
    if (this.#patience === 0) return false;
    const epoch = this.measures.length - 1;
    if (this.bestEpoch === epoch) this.#best = { epoch, restore: this.#keep() };
    return epoch - this.bestEpoch >= this.#patience;
  }

  /** Puts the best epoch's weights back, where it is not the last; gives its number, from 0, if it did. */
  restoreBest(): number | undefined {
    const best = this.#best;
    if (!best || best.epoch === this.measures.length - 1) return undefined;
    best.restore();
    return best.epoch;
  }
}
