import { type Matrix, rowOf } from '../core/vectors.js';

/**
 * An embedding matrix E as courses and papers write it, dimensions x |V|: column `id` is the vector of word `id`. A view
 * of rows as they are stored, word by word; nothing is copied.
 */
export class EmbeddingMatrix {
  /** [dimensions, |V|] */
  readonly shape: readonly [number, number];
  readonly #rows: Matrix;

  constructor(rows: Matrix) {
    this.#rows = rows;
    this.shape = [rows.dimensions, rows.rows];
  }

  /** Component `dimension` of word `id`. */
  at(dimension: number, id: number): number {
    return this.#rows.data[id * this.#rows.stride + dimension]!;
  }

  /** The look-up: the vector of a word, as a view. */
  column(id: number): Float32Array {
    return rowOf(this.#rows, id);
  }

  /**
   * The product of E and a vector of |V| numbers, summed in float64. With a one-hot vector it is the look-up, at the
   * cost of the whole matrix, which is why nobody computes it so.
   *
   * @throws RangeError for a vector of another length.
   */
  times(vector: ArrayLike<number>): Float32Array {
    const [dimensions, words] = this.shape;
    if (vector.length !== words) {
      throw new RangeError(`E is ${dimensions} x ${words}; the vector has ${vector.length} numbers`);
    }
    return Float32Array.from({ length: dimensions }, (_, dimension) => {
      let sum = 0;
      for (let id = 0; id < words; id++) sum += this.at(dimension, id) * vector[id]!;
      return sum;
    });
  }
}

/** A vector of `size` numbers: 1 at `id`, 0 elsewhere. */
export function oneHot(id: number, size: number): Float32Array {
  const vector = new Float32Array(size);
  if (!(id >= 0 && id < size)) throw new RangeError(`there is no place ${id} among ${size}`);
  vector[id] = 1;
  return vector;
}
