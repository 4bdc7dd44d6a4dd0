/** The 48 bits that a block starts with (the digits of pi), and those that end a stream (of its square root), in halves. */
export const BLOCK_MARK = { high: 0x314159, low: 0x265359 } as const;
export const END_MARK = { high: 0x177245, low: 0x385090 } as const;
export const MARK_BITS = 48;

/** Up to 32 bits as a number, the first of them the highest. What is past the end of `bytes` is 0. */
export function bitsAt(bytes: Uint8Array, position: number, count: number): number {
  let value = 0;
  for (let index = 0; index < count; ) {
    const bit = position + index;
    const inByte = bit & 7;
    const take = Math.min(8 - inByte, count - index);
    const part = ((bytes[bit >>> 3] ?? 0) >> (8 - inByte - take)) & ((1 << take) - 1);
    value = value * 2 ** take + part;
    index += take;
  }
  return value;
}

/** Bits put one after the other. */
export class BitWriter {
  readonly bytes: Uint8Array;
  /** How many bits there are. */
  length = 0;

  /** @param most how many bits there will be at most */
  constructor(most: number) {
    this.bytes = new Uint8Array(Math.ceil(most / 8));
  }

  /** Puts a number of up to 32 bits, the highest first. */
  number(value: number, count: number): void {
    for (let left = count; left > 0; ) {
      const inByte = this.length & 7;
      const take = Math.min(8 - inByte, left);
      const part = Math.floor(value / 2 ** (left - take)) & ((1 << take) - 1);
      this.bytes[this.length >>> 3]! |= part << (8 - inByte - take);
      this.length += take;
      left -= take;
    }
  }

  /** Puts bits of `source` from `start` to before `end`. */
  bits(source: Uint8Array, start: number, end: number): void {
    const lead = Math.min(end - start, (8 - (this.length & 7)) & 7);
    this.number(bitsAt(source, start, lead), lead);
    const shift = (start + lead) & 7;
    const whole = (end - start - lead) >>> 3;
    let from = (start + lead) >>> 3;
    let to = this.length >>> 3;
    if (shift === 0) this.bytes.set(source.subarray(from, from + whole), to);
    else {
      for (const stop = to + whole; to < stop; to++, from++) {
        this.bytes[to] = (source[from]! << shift) | (source[from + 1]! >>> (8 - shift));
      }
    }
    this.length += whole * 8;
    const done = start + lead + whole * 8;
    this.number(bitsAt(source, done, end - done), end - done);
  }
}
