import { WordmillError } from '../core/errors.js';
import { multiplyHigh, type Random } from '../core/random.js';

/** An alias table: entry i gives itself if the remainder is less than `thresholds[i]`, else `aliases[i]`. */
export interface AliasTable {
  readonly thresholds: Uint32Array;
  readonly aliases: Uint32Array;
}

const FULL = 0xffff_ffff;

/**
 * What negatives are drawn in proportion to: count^power, 0.75 in Mikolov et al. 2013. A word that never occurred
 * weighs nothing, whatever the power.
 */
export function noiseWeights(counts: ArrayLike<number>, power = 0.75): Float64Array {
  return Float64Array.from(counts, (count) => (count > 0 ? count ** power : 0));
}

/**
 * Builds an alias table for drawing index i in proportion to `weights[i]` in constant time (Walker 1977; built in
 * linear time by the method of Vose 1991, "A linear algorithm for generating random numbers with a given
 * distribution"). An index that weighs nothing is never drawn.
 *
 * @throws `data` if a weight is negative or not finite, or none is above 0.
 */
export function buildAliasTable(weights: ArrayLike<number>): AliasTable {
  const { total, heaviest } = survey(weights);
  const n = weights.length;
  const share = Float64Array.from(weights, (weight) => (weight / total) * n);
  const thresholds = new Uint32Array(n).fill(FULL);
  const aliases = Uint32Array.from(share, (_, index) => index);

  // Indexes below the mean share are filled up by those above it, until only full ones are left.
  const small: number[] = [];
  const large: number[] = [];
  for (let index = 0; index < n; index++) (share[index]! < 1 ? small : large).push(index);
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop()!;
    const rich = large.at(-1)!;
    thresholds[poor] = Math.floor(share[poor]! * 0x1_0000_0000);
    aliases[poor] = rich;
    share[rich] = share[rich]! - (1 - share[poor]!);
    if (share[rich]! < 1) small.push(large.pop()!);
  }
  // What is left is full but for rounding, and stays its own alias; yet a weight of 0 must not be drawn even so.
  for (const index of small) {
    if (weights[index] !== 0) continue;
    thresholds[index] = 0;
    aliases[index] = heaviest;
  }
  return { thresholds, aliases };
}

/** Draws words from a noise distribution; the kernels draw the same from the same table. */
export class NoiseSampler {
  readonly table: AliasTable;

  /** @throws `data` if no count is above 0. */
  constructor(counts: ArrayLike<number>, power = 0.75) {
    this.table = buildAliasTable(noiseWeights(counts, power));
  }

  /** A word's id; takes one `next()`. */
  draw(random: Random): number {
    const { thresholds, aliases } = this.table;
    const bits = random.next();
    const entry = multiplyHigh(bits, thresholds.length);
    const remainder = Math.imul(bits, thresholds.length) >>> 0;
    return remainder < thresholds[entry]! ? entry : aliases[entry]!;
  }
}

function survey(weights: ArrayLike<number>): { total: number; heaviest: number } {
  let total = 0;
  let heaviest = 0;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index]!;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new WordmillError('data', `weight ${weight} of word ${index} is not a number of at least 0`);
    }
    total += weight;
    if (weight > weights[heaviest]!) heaviest = index;
  }
  if (total === 0) throw new WordmillError('data', 'no word to draw negatives from: every count is 0');
  return { total, heaviest };
}
