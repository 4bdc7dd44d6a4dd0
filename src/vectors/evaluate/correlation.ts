import { twoSidedPValue } from './student.js';

/** A correlation coefficient from -1 to 1, and its two-sided p-value; NaN where there is none. */
export interface Correlation {
  readonly coefficient: number;
  readonly pValue: number;
}

/**
 * Pearson's correlation of two lists of the same length, summed in float64. NaN where there are fewer than two numbers,
 * or all of a list are equal.
 */
export function pearson(xs: ArrayLike<number>, ys: ArrayLike<number>): Correlation {
  const count = xs.length;
  const [meanX, meanY] = [meanOf(xs), meanOf(ys)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [dx, dy] = [xs[i]! - meanX, ys[i]! - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  // Rounding can take a perfect correlation past 1.
  const coefficient = count < 2 ? Number.NaN : clamp(xy / Math.sqrt(xx * yy));
  return { coefficient, pValue: twoSidedPValue(coefficient, count) };
}

/** Spearman's rank correlation: Pearson's of the ranks. Equal numbers share the mean of their ranks. */
export function spearman(xs: ArrayLike<number>, ys: ArrayLike<number>): Correlation {
  return pearson(ranks(xs), ranks(ys));
}

/** The rank of each number, from 1 for the least; equal numbers share the mean of their ranks. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, index) => index);
  order.sort((a, b) => values[a]! - values[b]!);
  const ranked = new Float64Array(values.length);
  for (let first = 0, end = 0; first < order.length; first = end) {
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++;
    if (end === first) end++; // NaN, which equals nothing.
    for (let i = first; i < end; i++) ranked[order[i]!] = (first + end + 1) / 2;
  }
  return ranked;
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

function clamp(value: number): number {
  return Math.max(-1, Math.min(1, value));
}
