import { type Discounts, estimateDiscounts, type OrderDiscounts, type Smoothing } from './discounts.js';
import type { NgramCounts } from './ngram-counts.js';
import type { NgramTable } from './ngram-table.js';

/**
 * One order of an interpolated Kneser-Ney model: what a context of n - 1 words says itself, and how much it leaves to
 * the context that is one word shorter.
 */
export class SmoothingLevel {
  readonly discounts: OrderDiscounts;
  readonly #table: NgramTable;
  readonly #counts: Uint32Array;
  /** For each context, the sum of the counts after it. */
  readonly #totals: Float64Array;
  /** For each context, the sum of the discounts: D1 N1 + D2 N2 + D3+ N3+. */
  readonly #discounted: Float64Array;

  /** @param given discounts in place of those estimated from the counts. */
  constructor(counts: NgramCounts, n: number, highest: number, smoothing: Smoothing, given?: Discounts) {
    const contexts = n === 1 ? 1 : counts.tables[n - 1]!.size;
    this.#table = counts.tables[n]!;
    this.#counts = counts.adjusted(n, highest);
    this.discounts = given ? { values: given, estimated: false } : estimateDiscounts(this.#counts, smoothing);
    this.#totals = new Float64Array(contexts);
    this.#discounted = new Float64Array(contexts);
    for (let number = 0; number < this.#counts.length; number++) {
      const context = this.#table.contexts[number]!;
      const count = this.#counts[number]!;
      this.#totals[context]! += count;
      this.#discounted[context]! += this.#discountOf(count);
    }
  }

  /** p(word | context), where `shorter` is its probability after the context that is one word shorter. */
  interpolate(context: number, word: number, shorter: number): number {
    const total = this.#totals[context]!;
    if (total === 0) return shorter;
    const number = this.#table.find(context, word);
    const count = number < 0 ? 0 : this.#counts[number]!;
    return (count - this.#discountOf(count) + this.#discounted[context]! * shorter) / total;
  }

  #discountOf(count: number): number {
    return count === 0 ? 0 : this.discounts.values[Math.min(count, 3) - 1]!;
  }
}
