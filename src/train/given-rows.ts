import { type Matrix, rowOf } from '../core/vectors.js';
import type { Vocabulary } from '../core/vocabulary.js';
import type { WordVectors } from '../formats/word-vectors.js';

/**
 * Rows that come from elsewhere, for the words of a vocabulary: what some rows of a matrix start from. They are as large
 * as the matrix itself, and are let go when they have been copied, so that training does not hold both.
 */
export class GivenRows {
  /** How many words of the vocabulary have a row. */
  readonly count: number;
  /** By word of the vocabulary, its row; -1 where it has none. */
  readonly #rows: Int32Array;
  #matrix: Matrix | undefined;

  /** Rows go to words by spelling; of a word that occurs twice the first counts. */
  constructor(vocabulary: Vocabulary, { words, matrix }: WordVectors) {
    const rows = new Int32Array(vocabulary.size).fill(-1);
    let row = -1;
    for (const word of words) {
      row++;
      const id = vocabulary.has(word) ? vocabulary.idOf(word)! : undefined;
      if (id !== undefined && rows[id] === -1) rows[id] = row;
    }
    this.#rows = rows;
    this.#matrix = matrix;
    this.count = rows.reduce((sum, row) => sum + (row === -1 ? 0 : 1), 0);
  }

  /** Whether a word of the vocabulary has one of them. */
  has(id: number): boolean {
    return this.#rows[id] !== -1;
  }

  /**
   * Copies them over the rows of their words, and lets them go; other rows stay as they are.
   *
   * @param matrix a row for each word of the vocabulary, of the same dimensions.
   * @throws TypeError when called again.
   */
  copyTo(matrix: Matrix): void {
    if (!this.#matrix) throw new TypeError('these rows have been copied already');
    for (const [id, row] of this.#rows.entries()) {
      if (row !== -1) matrix.data.set(rowOf(this.#matrix, row), id * matrix.stride);
    }
    this.#matrix = undefined;
  }
}
