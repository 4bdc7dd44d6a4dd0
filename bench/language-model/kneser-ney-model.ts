import type { Discounts, OrderDiscounts, Smoothing } from './discounts.js';
import type { NgramCounts } from './ngram-counts.js';
import { SmoothingLevel } from './smoothing-level.js';

/** How a model is made. */
export interface KneserNeyOptions {
  /** 1 up to the order that was counted. */
  readonly order: number;
  /** `modified` by default. */
  readonly smoothing?: Smoothing;
  /** Discounts for each order from 1, in place of those estimated from the counts. */
  readonly discounts?: readonly Discounts[];
}

/**
 * An interpolated Kneser-Ney model (Chen & Goodman 1998, section 4.1.6):
 *
 *     p(w | h) = (c(hw) - D(c(hw)) + γ(h) p(w | h')) / c(h),   γ(h) = D1 N1(h•) + D2 N2(h•) + D3+ N3+(h•)
 *
 * with h' the context h without its first word, c the counts that `NgramCounts.adjusted` gives, c(h) their sum over
 * all w, and Nk(h•) how many w have the count k. A context that did not occur is as the one that is one word shorter.
 * Below the 1-grams is the uniform distribution over the words, `<UNK>` and `</s>`. `<s>` is not predicted, and its
 * contexts have counts of occurrences, as in SRILM and KenLM.
 */
export class KneserNey {
  readonly order: number;
  readonly #counts: NgramCounts;
  readonly #levels: readonly SmoothingLevel[];

  constructor(counts: NgramCounts, { order, smoothing = 'modified', discounts }: KneserNeyOptions) {
    if (!(order >= 1 && order <= counts.order))
      throw new RangeError(`order ${order}, but n-grams of 1 to ${counts.order} words are counted`);
    this.order = order;
    this.#counts = counts;
    this.#levels = Array.from(
      { length: order },
      (_, index) => new SmoothingLevel(counts, index + 1, order, smoothing, discounts?.[index]),
    );
  }

  /** The discounts of each order, from 1. */
  get discounts(): readonly OrderDiscounts[] {
    return this.#levels.map((level) => level.discounts);
  }

  /** The context at a sentence's start. A context holds, for each length, the number of the last words, or -1. */
  start(): Int32Array {
    return this.#counts.startContexts().slice(0, Math.max(2, this.order));
  }

  /** Moves a context on by a word, in place. */
  advance(context: Int32Array, word: number): void {
    for (let length = context.length - 1; length > 0; length--) {
      const shorter = context[length - 1]!;
      context[length] = shorter < 0 ? -1 : this.#counts.tables[length]!.find(shorter, word);
    }
  }

  /** The probability of a word, or of the sentence end, after a context. */
  probability(context: Int32Array, word: number): number {
    let probability = 1 / this.#counts.events.types;
    for (let length = 0; length < this.order && context[length]! >= 0; length++)
      probability = this.#levels[length]!.interpolate(context[length]!, word, probability);
    return probability;
  }
}
