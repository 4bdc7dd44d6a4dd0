/**
 * t-SNE as it was first written down (van der Maaten & Hinton 2008): all pairs, P as a full matrix. What the quick way is
 * held to.
 */
import type { Affinities } from '../../../../src/vectors/projection/affinities.js';

/** [points][points] */
export function fullMatrix(p: Affinities): number[][] {
  const rows = Array.from({ length: p.points }, () => new Array<number>(p.points).fill(0));
  for (let i = 0; i < p.points; i++) {
    for (let entry = p.starts[i]!; entry < p.starts[i + 1]!; entry++)
      rows[i]![p.columns[entry]!] = p.values[entry]!;
  }
  return rows;
}

/** 1 / (1 + squared distance) of all pairs (0 of a point and itself), and their sum. */
export function studentWeights(y: ArrayLike<number>): { weights: number[][]; sum: number } {
  const points = y.length / 2;
  let sum = 0;
  const weights = Array.from({ length: points }, (_, i) =>
    Array.from({ length: points }, (_, j) => {
      const square = (y[2 * i]! - y[2 * j]!) ** 2 + (y[2 * i + 1]! - y[2 * j + 1]!) ** 2;
      const weight = i === j ? 0 : 1 / (1 + square);
      sum += weight;
      return weight;
    }),
  );
  return { weights, sum };
}

/** KL(P || Q), equations 2 and 4. */
export function exactDivergence(p: number[][], y: ArrayLike<number>): number {
  const { weights, sum } = studentWeights(y);
  let divergence = 0;
  for (const [i, row] of p.entries()) {
    for (const [j, value] of row.entries())
      if (value > 0) divergence += value * Math.log((value * sum) / weights[i]![j]!);
  }
  return divergence;
}

/** The gradient of the divergence, equation 5. */
export function exactGradient(p: number[][], y: ArrayLike<number>): Float64Array {
  const { weights, sum } = studentWeights(y);
  const gradient = new Float64Array(y.length);
  for (const [i, row] of p.entries()) {
    for (const [j, value] of row.entries()) {
      const weight = weights[i]![j]!;
      const force = 4 * (value - weight / sum) * weight;
      gradient[2 * i]! += force * (y[2 * i]! - y[2 * j]!);
      gradient[2 * i + 1]! += force * (y[2 * i + 1]! - y[2 * j + 1]!);
    }
  }
  return gradient;
}
