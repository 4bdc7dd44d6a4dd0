import { type Weights, WeightsCopy } from './weights.js';

/**
 * Watches how well a model does on held-out text after each epoch: keeps the best epoch's weights, and says when there
 * is no use in going on.
 */
export class EarlyStop {
  /** Losses or perplexities, one an epoch; less is better. */
  readonly measures: number[] = [];
  readonly #patience: number;
  readonly #best: WeightsCopy;
  #kept: number | undefined;

  /** @param patience epochs without a lower measure after which to stop; 0 never stops, and keeps nothing. */
  constructor(patience: number, weights: Weights) {
    this.#patience = patience;
    this.#best = new WeightsCopy(weights);
  }

  /** The number, from 0, of the epoch with the lowest measure. */
  get bestEpoch(): number {
    return this.measures.indexOf(Math.min(...this.measures));
  }

  /** The weights of the best epoch, where they are kept. */
  get best(): WeightsCopy | undefined {
    return this.#kept === undefined ? undefined : this.#best;
  }

  /**
   * Asks for the memory that copies will take.
   *
   * @throws WordmillError `outOfMemory`
   */
  prepare(): void {
    if (this.#patience > 0) this.#best.take();
  }

  /** Takes the measure after an epoch; gives whether to stop. */
  after(measure: number): boolean {
    this.measures.push(measure);
    if (this.#patience > 0 && this.bestEpoch === this.measures.length - 1) this.#keep();
    return this.isOver;
  }

  /** Whether there is no use in going on. */
  get isOver(): boolean {
    return this.#patience > 0 && this.measures.length - 1 - this.bestEpoch >= this.#patience;
  }

  /** Takes up what an earlier run measured; the weights must be those of its best epoch, where it kept them. */
  goOnFrom(measures: readonly number[], hasBest: boolean): void {
    this.measures.push(...measures);
    if (hasBest) this.#keep();
  }

  /** Puts the best epoch's weights back, where it is not the last; gives its number, from 0, if it did. */
  async restoreBest(): Promise<number | undefined> {
    if (this.#kept === undefined || this.#kept === this.measures.length - 1) return undefined;
    await this.#best.restore();
    return this.#kept;
  }

  #keep(): void {
    this.#best.take();
    this.#kept = this.bestEpoch;
  }
}
