import type { Events, EventText } from './events.js';
import { NgramTable } from './ngram-table.js';

/**
 * The n-grams of a text, orders 1 to `order`, with occurrences and numbers of predecessors.
 *
 * A sentence is counted as `<s> w1 … wm </s>` with one `<s>`, whatever the order, and no n-gram crosses a sentence's
 * end. So an n-gram that begins a sentence has fewer words than the order: `<s> w1` rather than `<s> <s> <s> <s> w1`.
 */
export class NgramCounts {
  readonly order: number;
  readonly events: Events;
  /** The id of `<s>`, which is a context only and never predicted. */
  readonly sentenceStart: number;
  /** The number of the 1-gram `<s>`. */
  readonly sentenceStartNumber: number;
  /** `tables[n]` holds the n-grams; `tables[0]` is not used, as there is one empty context, number 0. */
  readonly tables: readonly NgramTable[];

  constructor({ ids }: EventText, events: Events, order: number) {
    this.order = order;
    this.events = events;
    this.sentenceStart = events.types;
    this.tables = Array.from({ length: order + 1 }, () => new NgramTable());
    this.sentenceStartNumber = this.tables[1]!.add(0, this.sentenceStart);
    let contexts = this.startContexts();
    let next = new Int32Array(order + 1);
    for (const id of ids) {
      this.#count(contexts, id, next);
      if (id === events.sentenceEnd) contexts = this.startContexts();
      else [contexts, next] = [next, contexts];
    }
  }

  /** For each length from 0 to `order`, the number of the last words at a sentence's start; -1 where there are fewer. */
  startContexts(): Int32Array<ArrayBuffer> {
    const contexts = new Int32Array(this.order + 1).fill(-1);
    contexts[0] = 0;
    contexts[1] = this.sentenceStartNumber;
    return contexts;
  }

  /** Counts the n-grams that end with a word; `next` becomes the contexts after it. */
  #count(contexts: Int32Array, word: number, next: Int32Array): void {
    next.fill(-1);
    next[0] = 0;
    for (let n = 1; n <= this.order && contexts[n - 1]! >= 0; n++) {
      const table = this.tables[n]!;
      const known = table.size;
      const number = table.add(contexts[n - 1]!, word);
      // The last n - 1 words of a new n-gram have one more predecessor.
      if (number === known && n > 1) this.tables[n - 1]!.predecessors[next[n - 1]!]!++;
      next[n] = number;
    }
  }

  /**
   * The count that Kneser-Ney smoothing takes for each n-gram in a model of order `highest`: occurrences at the highest
   * order; below it the number of different predecessors, but occurrences for what begins with `<s>`, which has none;
   * 0 for `<s>` itself.
   */
  adjusted(n: number, highest: number): Uint32Array {
    const { size, occurrences, predecessors } = this.tables[n]!;
    const counts = occurrences.slice(0, size);
    if (n < highest) {
      for (let number = 0; number < size; number++) {
        if (predecessors[number]! > 0) counts[number] = predecessors[number]!;
      }
    }
    if (n === 1) counts[this.sentenceStartNumber] = 0;
    return counts;
  }
}
