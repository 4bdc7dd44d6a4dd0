import { WordmillError } from '../core/errors.js';
import type { Matrix } from '../core/vectors.js';

/**
 * Merges what several shards made of some rows of a matrix. With d a shard's change of a row, the row changes by
 *
 *     sum of d * min(1, (sum of |d|^2) / |sum of d|^2)
 *
 * over the shards that changed it. The factor is the diversity of the changes (Yin et al. 2018, "Gradient Diversity: a Key
 * Ingredient for Scalable Distributed Learning"). Changes in directions that have nothing in common add up, as they would
 * one after another; of equal changes their mean is left, since each shard went the whole way alone. Where one shard changed
 * a row, it becomes what that made of it, to the bit. Sums are in float64, in the order in which shards are added.
 */
export class RowMerge {
  readonly #rows: Uint32Array;
  readonly #model: Matrix;
  /** By row: the sum of the changes, and of their squared lengths. */
  readonly #changes: Float64Array;
  readonly #lengths: Float64Array;
  /** By row: how many shards changed it, and what the last of them made of it. */
  readonly #shards: Uint32Array;
  readonly #last: Float32Array;
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
    this.#lengths = new Float64Array(rows.length);
    this.#shards = new Uint32Array(rows.length);
  }

  /** Begins with the next shard. */
  startShard(): void {
    this.#place = 0;
  }

  /**
   * Adds what the shard made of a row: values from `at` on. Rows come rising, each once.
   *
   * @throws WordmillError `data` for a row that is not among those of the merge.
   */
  add(row: number, values: Float32Array, at: number): void {
    while (this.#rows[this.#place]! < row) this.#place++;
    if (this.#rows[this.#place] !== row) throw notOfMerge(row);
    const { data, dimensions, stride } = this.#model;
    const changes = this.#changes;
    const before = row * stride;
    const to = this.#place * dimensions;
    let length = 0;
    for (let j = 0; j < dimensions; j++) {
      const change = values[at + j]! - data[before + j]!;
      changes[to + j]! += change;
      length += change * change;
    }
    this.#lengths[this.#place]! += length;
    this.#last.set(values.subarray(at, at + dimensions), to);
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
      const factor = this.#diversity(place);
      for (let j = 0; j < dimensions; j++) {
        block[to + j] = data[row * stride + j]! + factor * this.#changes[to + j]!;
      }
    }
  }

  #diversity(place: number): number {
    const { dimensions } = this.#model;
    const to = place * dimensions;
    let length = 0;
    for (let j = 0; j < dimensions; j++) length += this.#changes[to + j]! ** 2;
    return length === 0 ? 1 : Math.min(1, this.#lengths[place]! / length);
  }
}

function notOfMerge(row: number): WordmillError {
  return new WordmillError('data', `row ${row} of the changes of a shard is new: they were not so at first`, {
    hint: 'Leave files of changes alone until their round is averaged.',
  });
}
