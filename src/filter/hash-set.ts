const SMALLEST = 1 << 12;
const BYTES_OF_SLOT = 8;

/** Slots are found by a hash of 32 bits with a sign. */
const MOST_SLOTS = 2 ** 31;

/** More bytes than this are of no use to a set. */
export const MOST_BYTES = (3 / 2) * BYTES_OF_SLOT * MOST_SLOTS;

/** A set of 64-bit hashes in bounded memory: open addressing, 8 bytes a slot, at most 4 of 5 slots taken. */
export class HashSet {
  readonly #mostSlots: number;
  #low: Uint32Array;
  #high: Uint32Array;
  #size = 0;

  /** @param bytes at most; while the table grows, the old and the new one, which is twice as large, count both. */
  constructor(bytes: number) {
    const slots = (2 * bytes) / (3 * BYTES_OF_SLOT);
    this.#mostSlots = Math.min(MOST_SLOTS, Math.max(SMALLEST, 2 ** Math.floor(Math.log2(slots))));
    this.#low = new Uint32Array(SMALLEST);
    this.#high = new Uint32Array(SMALLEST);
  }

  /** How many hashes it has. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds a hash, given by its halves.
   *
   * @returns `new`, `known` for one that it had, `full` for one that it had not and that has no place
   */
  add(low: number, high: number): 'new' | 'known' | 'full' {
    // Both halves 0 stand for a free slot.
    const lower = low === 0 && high === 0 ? 1 : low;
    let slot = this.#slotOf(lower, high);
    if (this.#low[slot] !== 0 || this.#high[slot] !== 0) return 'known';
    if (this.#size >= 0.8 * this.#low.length) {
      if (this.#low.length >= this.#mostSlots) return 'full';
      this.#grow();
      slot = this.#slotOf(lower, high);
    }
    this.#low[slot] = lower;
    this.#high[slot] = high;
    this.#size++;
    return 'new';
  }

  /** Where a hash is, or the free slot where it belongs. */
  #slotOf(low: number, high: number): number {
    const mask = this.#low.length - 1;
    let slot = low & mask;
    for (;;) {
      const slotLow = this.#low[slot]!;
      const slotHigh = this.#high[slot]!;
      if ((slotLow === low && slotHigh === high) || (slotLow === 0 && slotHigh === 0)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const low = this.#low;
    const high = this.#high;
    this.#low = new Uint32Array(2 * low.length);
    this.#high = new Uint32Array(2 * low.length);
    for (let old = 0; old < low.length; old++) {
      if (low[old] === 0 && high[old] === 0) continue;
      const slot = this.#slotOf(low[old]!, high[old]!);
      this.#low[slot] = low[old]!;
      this.#high[slot] = high[old]!;
    }
  }
}
