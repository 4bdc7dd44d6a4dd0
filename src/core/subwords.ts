import { Buffer } from 'node:buffer';

/** Which parts of a word have a vector (Bojanowski, Grave, Joulin & Mikolov 2017, "Enriching Word Vectors with Subword Information", section 3.2). */
export interface SubwordOptions {
  /** Code points of the shortest and of the longest n-gram, the word's end markers counted. */
  readonly minn: number;
  readonly maxn: number;
  /** How many rows the n-grams share: an n-gram's row is its hash modulo this. */
  readonly buckets: number;
}

/** fastText's mark for the end of a line; it has no n-grams. */
const END_OF_LINE = '</s>';

const FNV_OFFSET = 2_166_136_261;
const FNV_PRIME = 16_777_619;

/**
 * FNV-1a of 32 bits as fastText computes it (Fowler, Noll & Vo): bytes of 128 and more are extended by their sign, so
 * that for text beyond ASCII it is not the published FNV-1a.
 */
export function subwordHash(bytes: Uint8Array): number {
  let hash = FNV_OFFSET;
  for (const byte of bytes) hash = hashStep(hash, byte);
  return hash >>> 0;
}

function hashStep(hash: number, byte: number): number {
  return Math.imul(hash ^ ((byte << 24) >> 24), FNV_PRIME);
}

/**
 * The buckets of a word's n-grams, in fastText's order: by where they start in `<word>`, then by length. An n-gram
 * counts as often as it occurs. Lengths are in code points; a single `<` at the start or `>` at the end is no n-gram.
 */
export function nGramBuckets(word: string, { minn, maxn, buckets }: SubwordOptions): number[] {
  const found: number[] = [];
  if (word === END_OF_LINE) return found;
  const bytes = Buffer.from(`<${word}>`, 'utf8');
  const { length } = bytes;
  for (let start = 0; start < length; start++) {
    if (isContinuation(bytes[start]!)) continue;
    let hash = FNV_OFFSET;
    let end = start;
    for (let points = 1; points <= maxn && end < length; points++) {
      do hash = hashStep(hash, bytes[end++]!);
      while (end < length && isContinuation(bytes[end]!));
      const isMarker = points === 1 && (start === 0 || end === length);
      if (points >= minn && !isMarker) found.push((hash >>> 0) % buckets);
    }
  }
  return found;
}

/** Whether a byte of UTF-8 goes on with a character that began before. */
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/**
 * Which rows a vocabulary's words are made of. Row `id` belongs to word `id` itself; after the words come the buckets
 * that some word uses, numbered in the order in which the words, by id, first use them.
 */
export interface SubwordTable {
  readonly options: SubwordOptions;
  /** Word `id` is made of `rows[starts[id] .. starts[id + 1])`: its own row, then those of its n-grams, in order. */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
  /** The bucket of row `words + i`. */
  readonly usedBuckets: Uint32Array;
}

/** The rows of a vocabulary; see `SubwordTable`. */
export function buildSubwordTable(words: readonly string[], options: SubwordOptions): SubwordTable {
  const starts = new Uint32Array(words.length + 1);
  const rows = new GrowingArray(24 * words.length);
  const usedBuckets = new GrowingArray(8 * words.length);
  const rowOfBucket = new Int32Array(options.buckets).fill(-1);
  for (const [id, word] of words.entries()) {
    rows.push(id);
    for (const bucket of nGramBuckets(word, options)) {
      if (rowOfBucket[bucket]! < 0) {
        rowOfBucket[bucket] = words.length + usedBuckets.length;
        usedBuckets.push(bucket);
      }
      rows.push(rowOfBucket[bucket]!);
    }
    starts[id + 1] = rows.length;
  }
  return { options, starts, rows: rows.taken(), usedBuckets: usedBuckets.taken() };
}

/** How many rows a table's matrix has: one a word, and one a bucket that is used. */
export function subwordRowCount({ starts, usedBuckets }: SubwordTable): number {
  return starts.length - 1 + usedBuckets.length;
}

/** Whole numbers, one after the other: an ordinary array of millions would take several times the memory. */
class GrowingArray {
  length = 0;
  #values: Uint32Array;

  constructor(capacity: number) {
    this.#values = new Uint32Array(Math.max(16, capacity));
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Uint32Array(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  taken(): Uint32Array {
    return this.#values.slice(0, this.length);
  }
}
