import type { Matrix } from '../core/vectors.js';

/**
 * Merges what several shards made of some rows of a matrix. Each row becomes the mean of what the shards that changed it
 * made of it, weighted by their words; a shard that did not change a row has nothing to say of it. Sums are in float64, in
 * the order in which shards are added. Where one shard changed a row, it becomes what that made of it, to the bit.
 */
export class RowMerge {
  readonly #rows: Uint32Array;
  readonly #model: Matrix;
  /** By row: the sum of the weighted changes, and of the weights. */
  readonly #changes: Float64Array;
  readonly #weights: Float64Array;
  /** By row: how many shards changed it, and what the last of them made of it. */
  readonly #shards: Uint32Array;
  readonly #last: Float32Array;
  #weight = 0;
  #place = 0;

  /**
   * @param rows numbers of rows, rising.
   * @param model the matrix as it was before; it is not changed.
   */
  constructor(rows: Uint32Array, model: Matrix) {
    this.#rows = rows;
    this.#model = model;
    this.#changes = new Float64Array(rows.length * model.dimensions);
    this.#last = new Float32Array(this.#changes.length);
    this.#weights = new Float64Array(rows.length);
    this.#shards = new Uint32Array(rows.length);
  }

  /** Begins with the next shard. @param weight above 0. */
  startShard(weight: number): void {
    this.#weight = weight;
    this.#place = 0;
  }

  /** Adds what the shard made of a row: values from `at` on. Rows come rising, each once, and are among those of the merge. */
  add(row: number, values: Float32Array, at: number): void {
    while (this.#rows[this.#place] !== row) this.#place++;
    const { data, dimensions, stride } = this.#model;
    const weight = this.#weight;
    const before = row * stride;
    const to = this.#place * dimensions;
    for (let j = 0; j < dimensions; j++) {
      this.#changes[to + j]! += weight * (values[at + j]! - data[before + j]!);
    }
    this.#last.set(values.subarray(at, at + dimensions), to);
    this.#weights[this.#place]! += weight;
    this.#shards[this.#place]!++;
  }

  /** Writes the merged rows, one after the other. */
  into(block: Float32Array): void {
    const { data, dimensions, stride } = this.#model;
    for (const [place, row] of this.#rows.entries()) {
      const to = place * dimensions;
      if (this.#shards[place] === 1) {
        block.set(this.#last.subarray(to, to + dimensions), to);
        continue;
      }
      const weights = this.#weights[place]!;
      for (let j = 0; j < dimensions; j++) {
        block[to + j] = data[row * stride + j]! + this.#changes[to + j]! / weights;
      }
    }
  }
}
