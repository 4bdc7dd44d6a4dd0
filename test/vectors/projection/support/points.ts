import { Random } from '../../../../src/core/random.js';
import type { Matrix } from '../../../../src/core/vectors.js';

/** A matrix of rows as they are written. */
export function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  const dimensions = rows[0]?.length ?? 3;
  return { data: Float32Array.from(rows.flat()), rows: rows.length, dimensions, stride: dimensions };
}

/** Numbers of mean 0 and deviation 1, nearly normal: sums of twelve uniform ones. */
export function normal(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random.unit();
  return sum;
}

/** Row i belongs to cluster i % clusters; centres lie `apart` along an axis each, points around them with deviation 1. */
export function gaussians(rows: number, dimensions: number, clusters: number, apart: number): Matrix {
  const random = new Random(11);
  return matrixOf(
    Array.from({ length: rows }, (_, i) =>
      Array.from({ length: dimensions }, (_, j) => normal(random) + (j === i % clusters ? apart : 0)),
    ),
  );
}

/** The numbers that a typed array has, padded rows left out: for Python. */
export function rowsOf({ data, rows, dimensions, stride }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) => [...data.subarray(i * stride, i * stride + dimensions)]);
}
