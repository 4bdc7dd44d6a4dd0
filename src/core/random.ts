/**
 * The one source of randomness, in TypeScript here and in C++ in `src/native/random.h`: equal bit for bit.
 * What is drawn from it, and in which order, stands in `docs/sampling.md`.
 */

/** Purposes that draw from the generator; each has a stream of its own, so that one never shifts another. */
export const STREAMS = {
  sentence: 1,
  negatives: 2,
  initialRows: 3,
  weights: 4,
  dropout: 5,
  sampledWords: 6,
  order: 7,
  heldOut: 8,
  sampledText: 9,
  initialBuckets: 12,
  cells: 20,
  tiles: 21,
  shuffledCells: 22,
  projection: 30,
  clusters: 31,
  sampledUnits: 40,
  shuffledUnits: 41,
  shards: 50,
} as const;

const FIRST_STATE = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] as const; // the first 128 fractional bits of pi
const LANE_STEP = 0x9e3779b9; // 2^32 over the golden ratio: the step of a Weyl sequence

/**
 * xoshiro128++ 1.0 (Blackman & Vigna 2021, "Scrambled linear pseudorandom number generators"), seeded by any number
 * of 32-bit keys, such as (seed, stream, epoch, sentence). Equal keys give equal draws, on every machine.
 */
export class Random {
  readonly #state = new Uint32Array(4);
  readonly #prefix = new Uint32Array(4);

  /** @param keys whole numbers; each is taken modulo 2^32. */
  constructor(...keys: readonly number[]) {
    this.#prefix.set(FIRST_STATE);
    for (const key of keys) absorb(this.#prefix, key);
    this.#restart();
  }

  /**
   * Starts again as if constructed with the same keys and then this one: `new Random(a, b).fork(c)` draws what
   * `new Random(a, b, c)` draws, without allocating.
   */
  fork(key: number): this {
    const state = this.#state;
    state.set(this.#prefix);
    absorb(state, key);
    if ((state[0]! | state[1]! | state[2]! | state[3]!) === 0) state[0] = 1;
    return this;
  }

  /** The next 32 bits, as a whole number in [0, 2^32). */
  next(): number {
    const s = this.#state;
    const s0 = s[0]! | 0;
    const s1 = s[1]! | 0;
    let s2 = s[2]! | 0;
    let s3 = s[3]! | 0;
    const sum = (s0 + s3) | 0;
    const result = (((sum << 7) | (sum >>> 25)) + s0) >>> 0;
    s2 ^= s0;
    s3 ^= s1;
    s[1] = s1 ^ s2;
    s[0] = s0 ^ s3;
    s[2] = s2 ^ (s1 << 9);
    s[3] = (s3 << 11) | (s3 >>> 21);
    return result;
  }

  /**
   * A whole number in [0, n): the high half of `next() * n`. For n below 2^32. No draw is rejected, so each value's
   * probability is off by at most 2^-32.
   */
  below(n: number): number {
    return multiplyHigh(this.next(), n);
  }

  /** A float64 in [0, 1), with 32 random bits. */
  unit(): number {
    return this.next() / 0x1_0000_0000;
  }

  #restart(): void {
    const state = this.#state;
    state.set(this.#prefix);
    if ((state[0]! | state[1]! | state[2]! | state[3]!) === 0) state[0] = 1;
  }
}

/** Mixes a key into all four lanes; for fixed other keys, each lane is a bijection of the key. */
function absorb(state: Uint32Array, key: number): void {
  for (let lane = 0; lane < 4; lane++) {
    state[lane] = mix(((state[lane]! ^ key) + Math.imul(LANE_STEP, lane + 1)) | 0);
  }
}

/** MurmurHash3's 32-bit finaliser (Appleby): a bijection in which each input bit flips each output bit half the time. */
export function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The high 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
export function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const middleLow = (middle & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x1_0000) + Math.floor(middleLow / 0x1_0000)) >>> 0;
}
