import { mix } from '../core/random.js';

/**
 * MurmurHash3_x86_128 (Austin Appleby, in the public domain) of `bytes[start .. end)`: 128 bits, as four numbers below
 * 2^32, into `out`. Not for secrets.
 */
export function hash128(bytes: Buffer, start: number, end: number, seed: number, out: Uint32Array): void {
  let h1 = seed | 0;
  let h2 = h1;
  let h3 = h1;
  let h4 = h1;
  let at = start;
  for (; at + 16 <= end; at += 16) {
    h1 ^= mixed1(word(bytes, at));
    h1 = (Math.imul(((h1 << 19) | (h1 >>> 13)) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= mixed2(word(bytes, at + 4));
    h2 = (Math.imul(((h2 << 17) | (h2 >>> 15)) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= mixed3(word(bytes, at + 8));
    h3 = (Math.imul(((h3 << 15) | (h3 >>> 17)) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= mixed4(word(bytes, at + 12));
    h4 = (Math.imul(((h4 << 13) | (h4 >>> 19)) + h1, 5) + 0x32ac3b17) | 0;
  }
  const rest = end - at;
  if (rest > 12) h4 ^= mixed4(partOfWord(bytes, at + 12, end));
  if (rest > 8) h3 ^= mixed3(partOfWord(bytes, at + 8, end));
  if (rest > 4) h2 ^= mixed2(partOfWord(bytes, at + 4, end));
  if (rest > 0) h1 ^= mixed1(partOfWord(bytes, at, end));
  const length = end - start;
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = mix((h2 + h1) | 0);
  h3 = mix((h3 + h1) | 0);
  h4 = mix((h4 + h1) | 0);
  h1 = mix(h1);
  h1 = (h1 + h2 + h3 + h4) | 0;
  out[0] = h1;
  out[1] = h2 + h1;
  out[2] = h3 + h1;
  out[3] = h4 + h1;
}

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

function mixed1(k: number): number {
  const m = Math.imul(k, C1);
  return Math.imul((m << 15) | (m >>> 17), C2);
}

function mixed2(k: number): number {
  const m = Math.imul(k, C2);
  return Math.imul((m << 16) | (m >>> 16), C3);
}

function mixed3(k: number): number {
  const m = Math.imul(k, C3);
  return Math.imul((m << 17) | (m >>> 15), C4);
}

function mixed4(k: number): number {
  const m = Math.imul(k, C4);
  return Math.imul((m << 18) | (m >>> 14), C1);
}

/** Four bytes, the lowest first. */
function word(bytes: Buffer, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** The same where the input may end before. */
function partOfWord(bytes: Buffer, at: number, end: number): number {
  let value = 0;
  for (let i = Math.min(4, end - at) - 1; i >= 0; i--) value = (value << 8) | bytes[at + i]!;
  return value;
}
