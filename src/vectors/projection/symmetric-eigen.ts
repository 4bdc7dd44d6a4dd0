import { tridiagonalise } from './tridiagonal.js';

/** Eigenvalues of a symmetric matrix, from the largest down, and their eigenvectors, of length 1, row by row. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** [n, n]: row i belongs to value i. */
  readonly vectors: Float64Array;
}

/** QR steps for one eigenvalue, of which two or three are usual. */
const MOST_STEPS = 100;

/**
 * All eigenvalues and eigenvectors of a symmetric matrix: Householder's reduction to tridiagonal form, then QR steps
 * with Wilkinson's shift (Golub & Van Loan, "Matrix Computations", 4th edition, sections 8.3.1 to 8.3.5). Values are
 * right to some 1e-15 of the largest.
 *
 * @param matrix [n, n], row by row; overwritten.
 * @throws RangeError for a matrix with a number that is not finite.
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  if (!matrix.every(Number.isFinite)) throw new RangeError('a matrix with numbers that are not finite');
  const { diagonal, offDiagonal, basis } = tridiagonalise(matrix, n);
  let largest = 0;
  for (const value of diagonal) largest = Math.max(largest, Math.abs(value));
  for (const value of offDiagonal) largest = Math.max(largest, Math.abs(value));
  const negligible = Number.EPSILON * largest;
  for (let last = n - 1, steps = 0; last > 0; ) {
    let first = last;
    while (first > 0 && Math.abs(offDiagonal[first - 1]!) > negligible) first--;
    if (first === last) {
      last--;
      steps = 0;
    } else {
      if (++steps > MOST_STEPS) throw new RangeError('eigenvalues that do not converge');
      qrStep(diagonal, offDiagonal, basis, n, first, last);
    }
  }
  return sorted(diagonal, basis, n);
}

/** One implicit QR step on rows `first` to `last` of the tridiagonal matrix; `basis` takes part in its rotations. */
function qrStep(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  basis: Float64Array,
  n: number,
  first: number,
  last: number,
): void {
  const corner = offDiagonal[last - 1]!;
  const half = (diagonal[last - 1]! - diagonal[last]!) / 2;
  const root = Math.sqrt(half * half + corner * corner);
  const shift = diagonal[last]! - (corner * corner) / (half + (half < 0 ? -root : root));
  let x = diagonal[first]! - shift;
  let z = offDiagonal[first]!;
  for (let k = first; k < last; k++) {
    const r = Math.sqrt(x * x + z * z);
    const c = r === 0 ? 1 : x / r;
    const s = r === 0 ? 0 : z / r;
    if (k > first) offDiagonal[k - 1] = r;
    const a = diagonal[k]!;
    const b = offDiagonal[k]!;
    const d = diagonal[k + 1]!;
    diagonal[k] = c * c * a + 2 * c * s * b + s * s * d;
    diagonal[k + 1] = s * s * a - 2 * c * s * b + c * c * d;
    offDiagonal[k] = c * s * (d - a) + (c * c - s * s) * b;
    if (k + 1 < last) {
      x = offDiagonal[k]!;
      z = s * offDiagonal[k + 1]!;
      offDiagonal[k + 1] = c * offDiagonal[k + 1]!;
    }
    rotateRows(basis, k * n, (k + 1) * n, n, c, s);
  }
}

function rotateRows(rows: Float64Array, upper: number, lower: number, n: number, c: number, s: number): void {
  for (let j = 0; j < n; j++) {
    const a = rows[upper + j]!;
    const b = rows[lower + j]!;
    rows[upper + j] = c * a + s * b;
    rows[lower + j] = c * b - s * a;
  }
}

function sorted(values: Float64Array, vectors: Float64Array, n: number): SymmetricEigen {
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => values[b]! - values[a]! || a - b);
  const sortedVectors = new Float64Array(n * n);
  for (const [place, i] of order.entries())
    sortedVectors.set(vectors.subarray(i * n, (i + 1) * n), place * n);
  return { values: Float64Array.from(order, (i) => values[i]!), vectors: sortedVectors };
}
