import { DROPPED } from '../core/corpus.js';
import { WordmillError } from '../core/errors.js';
import type { CounterSize } from '../native/text.js';

const SMALLEST_SLOTS = 1024;
const SMALLEST_ARENA = 8 * SMALLEST_SLOTS;
/** Positions in the words' bytes are uint32. */
const LARGEST_ARENA = 2 ** 32 - 1;

/** How many words a table of so many slots holds before it doubles: five eighths, which keeps probing short. */
const wordsFor = (slots: number): number => (slots / 8) * 5;

/** Bytes of typed arrays for each slot: hash and id in the slot itself, then a start and a count for each word. */
const BYTES_PER_SLOT = 8 + (5 / 8) * 8;

/** Finds a word that is not in the table. */
export const ABSENT = -1;

/**
 * Words as bytes, numbered in the order in which they first came, with a count each: a hash table with open
 * addressing and linear probing over typed arrays. Adding a word makes no JavaScript object, so that tens of millions
 * of tokens a second can be counted, and a word costs its bytes and some 20 more.
 */
export class WordTable {
  /** How many different words there are; ids are below it. */
  size = 0;
  /** The bytes of all words, by id, one after another. */
  bytes = new Uint8Array(SMALLEST_ARENA);
  /** Word `id` is `bytes[starts[id] .. starts[id + 1])`. */
  starts = new Uint32Array(wordsFor(SMALLEST_SLOTS) + 1);
  /** Occurrences by id; the caller sees to it that none passes 2^32 - 1. */
  counts = new Uint32Array(wordsFor(SMALLEST_SLOTS));
  #view = new DataView(this.bytes.buffer);
  /** Two entries a slot: the word's hash, and its id + 1; 0 marks a free slot. */
  #slots = new Int32Array(2 * SMALLEST_SLOTS);
  #mask = SMALLEST_SLOTS - 1;
  #capacity = wordsFor(SMALLEST_SLOTS);

  /** Counts one occurrence of the word `source[start .. end)` and gives its id, a new one if it is new. */
  add(source: ByteReader, start: number, end: number): number {
    const hash = hashOf(source, start, end);
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = hash & mask;
    for (;;) {
      const entry = slots[2 * slot + 1]!;
      if (entry === 0) return this.#insert(slot, hash, source, start, end);
      if (slots[2 * slot] === hash && this.#equals(entry - 1, source, start, end)) {
        this.counts[entry - 1]!++;
        return entry - 1;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** The id of the word `source[start .. end)`, or `ABSENT`. */
  find(source: ByteReader, start: number, end: number): number {
    const hash = hashOf(source, start, end);
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = hash & mask;
    for (;;) {
      const entry = slots[2 * slot + 1]!;
      if (entry === 0) return ABSENT;
      if (slots[2 * slot] === hash && this.#equals(entry - 1, source, start, end)) return entry - 1;
      slot = (slot + 1) & mask;
    }
  }

  /** Whether so many more words with so many bytes in all fit without growing. */
  hasRoom(words: number, bytes: number): boolean {
    return this.size + words <= this.#capacity && this.#used + bytes <= this.bytes.length;
  }

  /**
   * The most bytes that the table's arrays take at once if so many more words come: with the old copy while an array
   * grows, and with the array that sorting the words takes. Infinite where the words' bytes would pass 2^32 - 1.
   */
  peakBytes(words: number, bytes: number): number {
    if (this.#used + bytes > LARGEST_ARENA) return Number.POSITIVE_INFINITY;
    let slots = this.#mask + 1;
    while (wordsFor(slots) < this.size + words) slots *= 2;
    let arena = this.bytes.length;
    while (arena < this.#used + bytes) arena *= 2;
    const oldSlots = (slots / 2) * 8;
    const order = wordsFor(slots) * 4;
    return slots * BYTES_PER_SLOT + arena + Math.max(oldSlots, order, arena / 2);
  }

  /** How large the table has grown: what decides, beside its words, when it is full. */
  get grown(): CounterSize {
    return { slots: this.#mask + 1, arenaBytes: this.bytes.length };
  }

  /** Grows to at least so many slots and bytes of words, both powers of two. */
  growTo({ slots, arenaBytes }: CounterSize): void {
    while (this.#mask + 1 < slots) this.#growSlots();
    if (arenaBytes > this.bytes.length) this.#growArena(arenaBytes);
  }

  /** Forgets all words; keeps the arrays for the next ones. */
  clear(): void {
    this.size = 0;
    this.#slots.fill(0);
  }

  /**
   * Forgets the words that occurred `threshold` times or less; the others are numbered anew, in the same order.
   *
   * @returns for each old id the new one, or `DROPPED`; and how many tokens the forgotten words were.
   */
  prune(threshold: number): { newIds: Uint32Array; forgottenTokens: number } {
    const { bytes, starts, counts } = this;
    const newIds = new Uint32Array(this.size).fill(DROPPED);
    const hashes = hashesById(this.#slots, this.size);
    let forgottenTokens = 0;
    let kept = 0;
    for (let id = 0; id < newIds.length; id++) {
      const count = counts[id]!;
      if (count <= threshold) {
        forgottenTokens += count;
        continue;
      }
      const start = starts[id]!;
      const end = starts[id + 1]!;
      bytes.copyWithin(starts[kept]!, start, end);
      starts[kept + 1] = starts[kept]! + end - start;
      counts[kept] = count;
      hashes[kept] = hashes[id]!;
      newIds[id] = kept++;
    }
    this.clear();
    for (; this.size < kept; this.size++) {
      const slot = this.#freeSlot(hashes[this.size]!);
      this.#slots[2 * slot] = hashes[this.size]!;
      this.#slots[2 * slot + 1] = this.size + 1;
    }
    return { newIds, forgottenTokens };
  }

  get #used(): number {
    return this.starts[this.size]!;
  }

  /** Whether a word with the hash of word `id` is that word. */
  #equals(id: number, source: ByteReader, start: number, end: number): boolean {
    const { starts } = this;
    let position = starts[id]!;
    const length = end - start;
    if (starts[id + 1]! - position !== length) return false;
    // Of words shorter than four bytes and of one length no two have the same hash.
    if (length < 4) return true;
    const own = this.#view;
    const other = source.view;
    const last = end - 4;
    if (own.getInt32(position + length - 4, true) !== other.getInt32(last, true)) return false;
    for (let index = start; index < last; index += 4, position += 4) {
      if (own.getInt32(position, true) !== other.getInt32(index, true)) return false;
    }
    return true;
  }

  #insert(slot: number, hash: number, { bytes }: ByteReader, start: number, end: number): number {
    let free = slot;
    if (this.size === this.#capacity) {
      this.#growSlots();
      free = this.#freeSlot(hash);
    }
    const used = this.#used;
    if (used + end - start > this.bytes.length) this.#growArena(used + end - start);
    const id = this.size++;
    // A loop beats `set` for a word's few bytes.
    for (let index = start, position = used; index < end; index++) this.bytes[position++] = bytes[index]!;
    this.starts[id + 1] = used + end - start;
    this.counts[id] = 1;
    this.#slots[2 * free] = hash;
    this.#slots[2 * free + 1] = id + 1;
    return id;
  }

  #freeSlot(hash: number): number {
    let slot = hash & this.#mask;
    while (this.#slots[2 * slot + 1] !== 0) slot = (slot + 1) & this.#mask;
    return slot;
  }

  #growSlots(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(2 * old.length);
    this.#mask = old.length - 1;
    this.#capacity = wordsFor(old.length);
    for (let index = 0; index < old.length; index += 2) {
      if (old[index + 1] === 0) continue;
      const slot = this.#freeSlot(old[index]!);
      this.#slots[2 * slot] = old[index]!;
      this.#slots[2 * slot + 1] = old[index + 1]!;
    }
    const starts = new Uint32Array(this.#capacity + 1);
    starts.set(this.starts);
    this.starts = starts;
    const counts = new Uint32Array(this.#capacity);
    counts.set(this.counts);
    this.counts = counts;
  }

  #growArena(needed: number): void {
    let length = this.bytes.length;
    while (length < needed) length *= 2;
    const bytes = new Uint8Array(length);
    bytes.set(this.bytes);
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** The hash of each word, read off from the slots. */
function hashesById(slots: Int32Array, words: number): Int32Array {
  const hashes = new Int32Array(words);
  for (let index = 0; index < slots.length; index += 2) {
    const entry = slots[index + 1]!;
    if (entry !== 0) hashes[entry - 1] = slots[index]!;
  }
  return hashes;
}

/** Bytes that can be read one and four at a time. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

/** A table of given words, all different, whose ids are their places in the list. */
export function tableOf(words: readonly string[]): WordTable {
  const table = new WordTable();
  const encoder = new TextEncoder();
  let buffer = new ByteReader(new Uint8Array(256));
  for (const word of words) {
    if (buffer.bytes.length < 3 * word.length) buffer = new ByteReader(new Uint8Array(6 * word.length));
    const { written } = encoder.encodeInto(word, buffer.bytes);
    table.add(buffer, 0, written);
  }
  if (table.size !== words.length)
    throw new WordmillError('internal', 'a vocabulary has the same word twice');
  return table;
}

/**
 * A hash of the word's bytes, four at a time, the last four overlapping the ones before (so that nothing past the word
 * is read). Each step can be undone, so that two words of one length below four have different hashes.
 */
function hashOf({ bytes, view }: ByteReader, start: number, end: number): number {
  const length = end - start;
  let hash = length;
  if (length < 4) {
    hash = (length << 24) | (bytes[end - 1]! << 16) | (bytes[start + (length >> 1)]! << 8) | bytes[start]!;
  } else {
    const last = end - 4;
    for (let index = start; index < last; index += 4) {
      hash = Math.imul(hash ^ view.getInt32(index, true), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    hash ^= view.getInt32(last, true);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
