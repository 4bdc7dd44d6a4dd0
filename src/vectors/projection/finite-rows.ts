import { type Matrix, rowOf, zeroMatrix } from '../../core/vectors.js';
import { lengthOf } from '../similarity.js';

/** The rows of a matrix that can be worked with. */
export interface FiniteRows {
  readonly matrix: Matrix;
  /** For each row of `matrix`, its number among the rows given. */
  readonly rowNumbers: Uint32Array;
}

/**
 * Leaves out rows that have a number that is not finite. For `cosine` each row is scaled to length 1, rows of zeros
 * excepted: squared distances are then 2 - 2 cos. Gives the matrix itself where nothing has to change.
 */
export function finiteRows(matrix: Matrix, similarity: 'euclidean' | 'cosine'): FiniteRows {
  const finite: number[] = [];
  for (let row = 0; row < matrix.rows; row++) {
    if (rowOf(matrix, row).every(Number.isFinite)) finite.push(row);
  }
  const rowNumbers = Uint32Array.from(finite);
  if (similarity === 'euclidean' && finite.length === matrix.rows) return { matrix, rowNumbers };
  const kept = zeroMatrix(finite.length, matrix.dimensions);
  for (const [place, row] of finite.entries()) {
    const values = rowOf(matrix, row);
    rowOf(kept, place).set(similarity === 'cosine' ? ofLengthOne(values) : values);
  }
  return { matrix: kept, rowNumbers };
}

function ofLengthOne(values: Float32Array): Float32Array {
  const length = lengthOf(values);
  return length === 0 ? values : values.map((value) => value / length);
}
