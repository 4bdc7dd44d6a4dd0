/**
 * Unsigned LEB128 (DWARF 5, section 7.6): seven bits a byte, lowest first, the top bit set on all bytes but the last.
 * Small numbers take one byte, which is what makes provisional ids, small for frequent words, compact.
 */

/** The most bytes that a number below 2^32 takes. */
export const LONGEST_UINT32 = 5;

/** The most bytes that a whole number up to 2^53 takes. */
export const LONGEST_NUMBER = 8;

/** Writes a whole number from 0 to 2^53 - 1 at a position, and gives the position after it. */
export function writeLeb128(bytes: Uint8Array, position: number, value: number): number {
  let rest = value;
  // Shifts work on 32 bits only; the part above is taken off by division.
  while (rest >= 0x8000_0000) {
    bytes[position++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest > 0x7f) {
    bytes[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[position++] = rest;
  return position;
}

/** Reads numbers one after another from `bytes[position .. end)`. */
export class Leb128Reader {
  bytes: Uint8Array;
  position: number;
  end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** The next number, or -1 where the bytes end before it does or it is past 2^53; the position is then undefined. */
  next(): number {
    const { bytes, end } = this;
    let { position } = this;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      if (position >= end) return -1;
      const byte = bytes[position++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.position = position;
        return value;
      }
    }
    for (let scale = 2 ** 28; scale < 2 ** 53; scale *= 128) {
      if (position >= end) return -1;
      const byte = bytes[position++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.position = position;
        return value <= Number.MAX_SAFE_INTEGER ? value : -1;
      }
    }
    return -1;
  }
}
