import { lengthOf } from './similarity.js';

/** A vector and how many times it is added. */
export interface WeightedVector {
  readonly vector: Float32Array;
  readonly weight: number;
}

/** How vectors are added. */
export interface SumOptions {
  /** Scale each to length 1 before; one of length 0 stays as it is. By default false. */
  readonly unitLength?: boolean;
}

/** The weighted sum of vectors of equal dimensions, in float64. */
export function weightedSum(
  terms: Iterable<WeightedVector>,
  dimensions: number,
  { unitLength = false }: SumOptions = {},
): Float64Array {
  const sum = new Float64Array(dimensions);
  for (const { vector, weight } of terms) {
    const scale = unitLength ? weight / (lengthOf(vector) || 1) : weight;
    for (let i = 0; i < dimensions; i++) sum[i]! += scale * vector[i]!;
  }
  return sum;
}
