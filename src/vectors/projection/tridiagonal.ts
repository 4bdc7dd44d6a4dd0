/** A symmetric matrix A as Q T Q', with T tridiagonal. */
export interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** n - 1 numbers, to either side of the diagonal. */
  readonly offDiagonal: Float64Array;
  /** Q', [n, n]: its rows are the columns of Q. */
  readonly basis: Float64Array;
}

/**
 * Householder's reduction of a symmetric matrix (Golub & Van Loan, "Matrix Computations", 4th edition, section 8.3.1): for each
 * column a reflection H = I - 2 v v' clears what lies below the diagonal's neighbour.
 *
 * @param matrix [n, n], row by row; overwritten, in its rows below the diagonal with the reflections.
 */
export function tridiagonalise(matrix: Float64Array, n: number): Tridiagonal {
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(Math.max(0, n - 1));
  const reflections: Float64Array[] = [];
  for (let k = 0; k + 1 < n; k++) {
    diagonal[k] = matrix[k * n + k]!;
    const { v, image } = reflectionOf(matrix.subarray(k * n + k + 1, (k + 1) * n));
    offDiagonal[k] = image;
    reflections.push(v);
    reflectBothSides(matrix, n, k + 1, v);
  }
  if (n > 0) diagonal[n - 1] = matrix[n * n - 1]!;
  return { diagonal, offDiagonal, basis: product(reflections, n) };
}

/** The v of length 1 whose reflection takes x to (image, 0, 0 …); zeros where x is zero. */
function reflectionOf(x: Float64Array): { v: Float64Array; image: number } {
  // Scaled by the largest, so that squares neither overflow nor vanish.
  const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const v = new Float64Array(x.length);
  if (largest === 0) return { v, image: 0 };
  for (let i = 0; i < v.length; i++) v[i] = x[i]! / largest;
  const length = Math.sqrt(squareOf(v));
  const image = v[0]! > 0 ? -length : length;
  v[0]! -= image;
  const scale = Math.sqrt(squareOf(v));
  for (let i = 0; i < v.length; i++) v[i]! /= scale;
  return { v, image: image * largest };
}

/** A := H A H on rows and columns from `start` on: A - 2 v w' - 2 w v', with w = A v - (v' A v) v. */
function reflectBothSides(matrix: Float64Array, n: number, start: number, v: Float64Array): void {
  const size = v.length;
  const w = new Float64Array(size);
  let middle = 0;
  for (let i = 0; i < size; i++) {
    const row = (start + i) * n + start;
    let sum = 0;
    for (let j = 0; j < size; j++) sum += matrix[row + j]! * v[j]!;
    w[i] = sum;
    middle += sum * v[i]!;
  }
  for (let i = 0; i < size; i++) w[i]! -= middle * v[i]!;
  for (let i = 0; i < size; i++) {
    const row = (start + i) * n + start;
    const vi = 2 * v[i]!;
    const wi = 2 * w[i]!;
    for (let j = 0; j < size; j++) matrix[row + j]! -= vi * w[j]! + wi * v[j]!;
  }
}

/** Q' for Q = H0 H1 …, each reflection on the last rows: Q' = … H1 H0, built from the right so that its rows stay whole. */
function product(reflections: readonly Float64Array[], n: number): Float64Array {
  const basis = new Float64Array(n * n);
  for (let i = 0; i < n; i++) basis[i * n + i] = 1;
  for (let k = reflections.length - 1; k >= 0; k--) {
    const v = reflections[k]!;
    const start = n - v.length;
    // The rows above are still those of the identity there: only the corner changes.
    for (let i = start; i < n; i++) {
      const row = i * n + start;
      let sum = 0;
      for (let j = 0; j < v.length; j++) sum += basis[row + j]! * v[j]!;
      for (let j = 0; j < v.length; j++) basis[row + j]! -= 2 * sum * v[j]!;
    }
  }
  return basis;
}

function squareOf(v: Float64Array): number {
  let sum = 0;
  for (const value of v) sum += value * value;
  return sum;
}
