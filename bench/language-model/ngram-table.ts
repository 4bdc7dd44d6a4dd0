/**
 * The n-grams of one order, numbered 0, 1, 2 … in the order in which they come. An n-gram is found by the number of its
 * first n - 1 words, in the table of the order below, and its last word: an open-addressing hash table in typed arrays.
 */
export class NgramTable {
  /** How many there are. */
  size = 0;
  /** For each n-gram, the number of its first n - 1 words. */
  contexts = new Int32Array(FIRST_CAPACITY);
  /** For each n-gram, the id of its last word. */
  words = new Int32Array(FIRST_CAPACITY);
  /** For each n-gram, how often it occurs. */
  occurrences = new Uint32Array(FIRST_CAPACITY);
  /** For each n-gram, how many different words come before it: N1+(• w1 … wn). */
  predecessors = new Uint32Array(FIRST_CAPACITY);
  /** Twice as many as there is room for; number + 1, or 0 where free. */
  #slots = new Int32Array(2 * FIRST_CAPACITY);

  /** The number of an n-gram, or -1. */
  find(context: number, word: number): number {
    return this.#slots[this.#slotOf(context, word)]! - 1;
  }

  /** The number of an n-gram, which is added if it is new: then it is `size - 1`. Counts one occurrence. */
  add(context: number, word: number): number {
    let slot = this.#slotOf(context, word);
    let number = this.#slots[slot]! - 1;
    if (number < 0) {
      if (this.size === this.words.length) {
        this.#grow();
        slot = this.#slotOf(context, word);
      }
      number = this.size++;
      this.#slots[slot] = number + 1;
      this.contexts[number] = context;
      this.words[number] = word;
    }
    this.occurrences[number]!++;
    return number;
  }

  /** Where an n-gram is, or where it would go. */
  #slotOf(context: number, word: number): number {
    const mask = this.#slots.length - 1;
    let hash = Math.imul(context, 0x9e3779b1) ^ Math.imul(word + 1, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & mask;
    while (true) {
      const number = this.#slots[slot]! - 1;
      if (number < 0 || (this.words[number] === word && this.contexts[number] === context)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const capacity = 2 * this.words.length;
    const grown = <Column extends Int32Array | Uint32Array>(old: Column, column: Column): Column => {
      column.set(old);
      return column;
    };
    this.contexts = grown(this.contexts, new Int32Array(capacity));
    this.words = grown(this.words, new Int32Array(capacity));
    this.occurrences = grown(this.occurrences, new Uint32Array(capacity));
    this.predecessors = grown(this.predecessors, new Uint32Array(capacity));
    this.#slots = new Int32Array(2 * capacity);
    for (let number = 0; number < this.size; number++)
      this.#slots[this.#slotOf(this.contexts[number]!, this.words[number]!)] = number + 1;
  }
}

/** A power of two. */
const FIRST_CAPACITY = 1024;
