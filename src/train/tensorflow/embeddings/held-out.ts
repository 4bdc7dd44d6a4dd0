import { Random, STREAMS } from '../../../sampling/random.js';

/**
 * Which sentences are held out of training, to measure perplexity on: each with the probability `share`, drawn from a
 * stream that its number and the seed make (docs/sampling.md), so the same in every epoch and on every machine.
 */
export class HeldOutSentences {
  readonly #share: number;
  readonly #random: Random;

  constructor(share: number, seed: number) {
    this.#share = share;
    this.#random = new Random(seed, STREAMS.heldOut);
  }

  /** @param sentence its number in the whole corpus, from 0. */
  has(sentence: number): boolean {
    return this.#share > 0 && this.#random.fork(sentence).unit() < this.#share;
  }
}
