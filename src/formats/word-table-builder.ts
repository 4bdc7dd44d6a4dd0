import { UTF8_BYTES_PER_UNIT } from './row-blocks.js';

/** Room at first; it doubles as it is used up, so that each element is copied once on average. */
const FIRST_BYTES = 1 << 16;
const FIRST_ROWS = 1 << 12;

/** As many bytes of a word make a float64 that sorts as they do. */
const KEY_BYTES = 6;

/** Words as bytes, one after the other, where each ends, and their order. They take little more memory than that. */
export class WordTableBuilder {
  rows = 0;
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #ends = new Uint32Array(FIRST_ROWS);
  #length = 0;

  /** How many bytes the words have so far. */
  get length(): number {
    return this.#length;
  }

  /** @throws RangeError where all words have more than 4 GiB. */
  add(words: readonly string[]): void {
    this.#ends = roomFor(this.#ends, this.rows + words.length);
    for (const word of words) {
      const most = this.#length + word.length * UTF8_BYTES_PER_UNIT;
      if (most > this.#bytes.length)
        this.#bytes = Buffer.concat([this.#bytes], Math.max(most, 2 * this.#bytes.length));
      this.#length += this.#bytes.write(word, this.#length);
      if (this.#length > 0xffff_ffff) throw new RangeError('words of more than 4 GiB');
      this.#ends[this.rows++] = this.#length;
    }
  }

  /** The words' bytes in UTF-8. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** By row, the byte after its word. */
  ends(): Uint32Array {
    return this.#ends.subarray(0, this.rows);
  }

  /** The rows in the order of their words' bytes; of the same word in their own order. */
  sorted(): Uint32Array {
    const bytes = this.#bytes;
    const ends = this.#ends;
    const keys = Float64Array.from({ length: this.rows }, (_, row) => this.#key(row));
    const rows = Uint32Array.from({ length: this.rows }, (_, row) => row);
    return rows.sort((a, b) => {
      if (keys[a] !== keys[b]) return keys[a]! - keys[b]!;
      const startA = a === 0 ? 0 : ends[a - 1]!;
      const startB = b === 0 ? 0 : ends[b - 1]!;
      return bytes.compare(bytes, startB, ends[b], startA, ends[a]) || a - b;
    });
  }

  /** The first bytes of a word as one number, zeros after its end. */
  #key(row: number): number {
    const start = row === 0 ? 0 : this.#ends[row - 1]!;
    const length = Math.min(this.#ends[row]! - start, KEY_BYTES);
    return length === 0 ? 0 : this.#bytes.readUIntBE(start, length) * 256 ** (KEY_BYTES - length);
  }
}

function roomFor(ends: Uint32Array<ArrayBuffer>, rows: number): Uint32Array<ArrayBuffer> {
  if (rows <= ends.length) return ends;
  const larger = new Uint32Array(Math.max(rows, 2 * ends.length));
  larger.set(ends);
  return larger;
}
