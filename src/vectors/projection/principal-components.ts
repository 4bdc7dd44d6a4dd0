import { type Matrix, rowOf } from '../../core/vectors.js';
import { Pauses, type ProjectionContext } from './pauses.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** The directions in which rows vary most, and the rows in their terms. */
export interface PrincipalComponents {
  /** How many there are: those asked for, but no more than rows have dimensions. */
  readonly count: number;
  /** [count, dimensions]: directions of length 1 at right angles to each other, that of the most variance first. */
  readonly axes: Float64Array;
  /** The variance along each axis (over rows - 1). */
  readonly variances: Float64Array;
  /** The variance along all axes, those left out too. */
  readonly totalVariance: number;
  /** [rows, count]: the rows less their mean, along the axes. */
  readonly scores: Float64Array;
}

/** Rows whose products are summed at once: the covariance is then read and written less often. */
const TOGETHER = 4;

/**
 * Principal components (Pearson 1901, Hotelling 1933), from the eigenvectors of the covariance in float64. An axis points
 * so that its largest entry, by size, is positive; of equal ones the first.
 *
 * @throws WordmillError `aborted`.
 */
export async function principalComponents(
  matrix: Matrix,
  most: number,
  context: ProjectionContext = {},
): Promise<PrincipalComponents> {
  const { rows, dimensions } = matrix;
  const count = Math.min(most, dimensions);
  const mean = meanRow(matrix);
  const covariance = await covarianceOf(matrix, mean, context);
  let totalVariance = 0;
  for (let i = 0; i < dimensions; i++) totalVariance += covariance[i * dimensions + i]!;
  const { values, vectors } = symmetricEigen(covariance, dimensions);
  const axes = vectors.slice(0, count * dimensions);
  for (let axis = 0; axis < count; axis++) {
    pointUp(axes.subarray(axis * dimensions, (axis + 1) * dimensions));
  }
  const scores = new Float64Array(rows * count);
  const pauses = new Pauses(context);
  for (let row = 0; row < rows; row++) {
    project(centred(matrix, row, mean), axes, scores.subarray(row * count, (row + 1) * count));
    await pauses.pause({ phase: 'reduce', unit: 'rows', done: rows + row, total: 2 * rows });
  }
  const variances = values.slice(0, count).map((value) => Math.max(0, value));
  return { count, axes, variances, totalVariance, scores };
}

function meanRow(matrix: Matrix): Float64Array {
  const mean = new Float64Array(matrix.dimensions);
  for (let row = 0; row < matrix.rows; row++) {
    const values = rowOf(matrix, row);
    for (let j = 0; j < mean.length; j++) mean[j]! += values[j]!;
  }
  return mean.map((sum) => sum / matrix.rows);
}

function centred(matrix: Matrix, row: number, mean: Float64Array): Float64Array {
  const values = rowOf(matrix, row);
  return mean.map((centre, j) => values[j]! - centre);
}

/** [dimensions, dimensions], over rows - 1; zeros for a single row. */
async function covarianceOf(
  matrix: Matrix,
  mean: Float64Array,
  context: ProjectionContext,
): Promise<Float64Array> {
  const { rows, dimensions: n } = matrix;
  const sums = new Float64Array(n * n);
  const zeros = new Float64Array(n);
  const pauses = new Pauses(context);
  for (let row = 0; row < rows; row += TOGETHER) {
    const [a, b, c, d] = Array.from({ length: TOGETHER }, (_, i) =>
      row + i < rows ? centred(matrix, row + i, mean) : zeros,
    ) as [Float64Array, Float64Array, Float64Array, Float64Array];
    addProducts(sums, n, a, b, c, d);
    await pauses.pause({ phase: 'reduce', unit: 'rows', done: row, total: 2 * rows });
  }
  const divisor = Math.max(1, rows - 1);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) sums[j * n + i] = sums[i * n + j] = sums[i * n + j]! / divisor;
  }
  return sums;
}

/** Adds a a' + b b' + c c' + d d', in the upper triangle. */
function addProducts(
  sums: Float64Array,
  n: number,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    const [ai, bi, ci, di] = [a[i]!, b[i]!, c[i]!, d[i]!];
    const row = i * n;
    for (let j = i; j < n; j++) sums[row + j]! += ai * a[j]! + bi * b[j]! + (ci * c[j]! + di * d[j]!);
  }
}

function pointUp(axis: Float64Array): void {
  let largest = 0;
  for (const value of axis) if (Math.abs(value) > Math.abs(largest)) largest = value;
  if (largest < 0) for (let i = 0; i < axis.length; i++) axis[i] = -axis[i]!;
}

function project(row: Float64Array, axes: Float64Array, into: Float64Array): void {
  const n = row.length;
  for (let axis = 0; axis < into.length; axis++) {
    const start = axis * n;
    let even = 0;
    let odd = 0;
    let j = 0;
    for (; j + 1 < n; j += 2) {
      even += row[j]! * axes[start + j]!;
      odd += row[j + 1]! * axes[start + j + 1]!;
    }
    if (j < n) even += row[j]! * axes[start + j]!;
    into[axis] = even + odd;
  }
}
