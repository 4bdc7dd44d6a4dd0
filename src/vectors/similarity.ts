import { type Matrix, rowOf } from '../core/vectors.js';

/**
 * How near two vectors are; larger is nearer. `cosine`: of the angle between them, from -1 to 1, and 0 where one of them
 * is zero; `euclidean`: the distance, negated; `dot`: the inner product.
 */
export type Similarity = 'cosine' | 'euclidean' | 'dot';

/** A vector and its Euclidean length. */
export interface Measured {
  readonly vector: Float32Array;
  readonly length: number;
}

/** A vector with its length. */
export function measured(vector: Float32Array): Measured {
  return { vector, length: lengthOf(vector) };
}

/**
 * How near two vectors of equal dimensions are, in float64; NaN where one of their numbers is not finite. The addon
 * computes the same numbers, bit for bit: products of two float32 are exact, and sums are in one order.
 */
export function similarityOf(similarity: Similarity, a: Measured, b: Measured): number {
  if (!Number.isFinite(a.length) || !Number.isFinite(b.length)) return Number.NaN;
  // Not negated: nothing should print as -0.
  if (similarity === 'euclidean') return 0 - distance(a.vector, b.vector);
  const product = dot(a.vector, b.vector);
  if (similarity === 'dot') return product;
  const lengths = a.length * b.length;
  return lengths === 0 ? 0 : Math.max(-1, Math.min(1, product / lengths));
}

/** The Euclidean length of a vector; not finite where one of its numbers is not. */
export function lengthOf(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector));
}

/** The Euclidean length of each row. */
export function rowLengths(matrix: Matrix): Float64Array {
  return Float64Array.from({ length: matrix.rows }, (_, row) => lengthOf(rowOf(matrix, row)));
}

// Four sums at once: one would wait for itself at every step.

function dot(x: Float32Array, y: Float32Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < x.length; i += 4) {
    a += x[i]! * y[i]!;
    b += x[i + 1]! * y[i + 1]!;
    c += x[i + 2]! * y[i + 2]!;
    d += x[i + 3]! * y[i + 3]!;
  }
  for (; i < x.length; i++) a += x[i]! * y[i]!;
  return a + b + (c + d);
}

function distance(x: Float32Array, y: Float32Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < x.length; i += 4) {
    a += square(x[i]! - y[i]!);
    b += square(x[i + 1]! - y[i + 1]!);
    c += square(x[i + 2]! - y[i + 2]!);
    d += square(x[i + 3]! - y[i + 3]!);
  }
  for (; i < x.length; i++) a += square(x[i]! - y[i]!);
  return Math.sqrt(a + b + (c + d));
}

/** Rounded once; `x ** 2` need not be. */
function square(x: number): number {
  return x * x;
}
