/**
 * float16 (IEEE 754-2008, binary16): a sign, 5 bits of exponent with a bias of 15, 10 bits of significand; the largest
 * finite number is 65,504, the smallest above zero 2^-24. Numbers are changed as bits, so that those that are not a
 * number keep their payload.
 */

/** Bits of float32: all but the sign, infinity, and where its numbers leave those of float16. */
const MAGNITUDE = 0x7fff_ffff;
const INFINITE = 0x7f80_0000;
/** 65,520: halfway between the largest finite float16 and the next, so rounded to infinity. */
const TOO_LARGE = 0x477f_f000;
/** 2^-14, the smallest float16 that is not subnormal. */
const SMALLEST_NORMAL = 0x3880_0000;
/** 2^-25: halfway between zero and the smallest subnormal, so rounded to zero. */
const ROUNDED_TO_ZERO = 0x3300_0000;

/** How many float16s are, as float32s, those of the table below. */
const HALVES = 1 << 16;

let table: Uint32Array | undefined;

/**
 * float16 as float32, exactly.
 *
 * @param halves the bits of the float16s
 * @param into as long as `halves`, or longer
 */
export function widenHalves(halves: Uint16Array, into: Float32Array): void {
  table ??= Uint32Array.from({ length: HALVES }, (_, half) => singleBits(half));
  const bits = bitsOf(into);
  for (let i = 0; i < halves.length; i++) bits[i] = table[halves[i]!]!;
}

/**
 * float32 as the bits of the nearest float16; of two that are equally near, the even one. Larger ones than 65,519.99…
 * become infinite.
 *
 * @param into as long as `values`, or longer
 */
export function narrowToHalves(values: Float32Array, into: Uint16Array): void {
  const bits = bitsOf(values);
  for (let i = 0; i < bits.length; i++) into[i] = halfBits(bits[i]!);
}

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

function singleBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const significand = half & 0x3ff;
  if (exponent === 0x1f) return (sign | INFINITE | (significand << 13)) >>> 0;
  if (exponent > 0) return (sign | ((exponent + 112) << 23) | (significand << 13)) >>> 0;
  if (significand === 0) return sign >>> 0;
  // A subnormal is significand · 2^-24: its highest bit becomes the one that float32 leaves out.
  const shift = Math.clz32(significand) - 21;
  return (sign | ((113 - shift) << 23) | (((significand << shift) & 0x3ff) << 13)) >>> 0;
}

function halfBits(single: number): number {
  const sign = (single >>> 16) & 0x8000;
  const magnitude = single & MAGNITUDE;
  if (magnitude > INFINITE) return sign | 0x7c00 | ((magnitude >>> 13) & 0x3ff || 1);
  if (magnitude >= TOO_LARGE) return sign | 0x7c00;
  if (magnitude >= SMALLEST_NORMAL) return sign | rounded(magnitude - (112 << 23), 13);
  if (magnitude <= ROUNDED_TO_ZERO) return sign;
  return sign | rounded((magnitude & 0x7f_ffff) | 0x80_0000, 126 - (magnitude >>> 23));
}

/** `value / 2^bits`, rounded to the nearest whole number, of two equally near to the even one. */
function rounded(value: number, bits: number): number {
  const whole = value >>> bits;
  const rest = value & ((1 << bits) - 1);
  const half = 1 << (bits - 1);
  return rest > half || (rest === half && (whole & 1) === 1) ? whole + 1 : whole;
}
