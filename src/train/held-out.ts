import { Random, STREAMS } from '../core/random.js';

/**
 * Which sentences are held out of training, to measure the loss on: each with the probability `share`, drawn from a
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

  /**
   * Which pairs of a run are held out, one draw for each (docs/sampling.md, "Pairs from outside").
   *
   * @param run its number, from 0.
   * @returns 1 for a pair that is held out, else 0.
   */
  ofRun(run: number, pairs: number): Uint8Array {
    const heldOut = new Uint8Array(pairs);
    if (this.#share === 0) return heldOut;
    this.#random.fork(run);
    for (let pair = 0; pair < pairs; pair++) heldOut[pair] = this.#random.unit() < this.#share ? 1 : 0;
    return heldOut;
  }
}
