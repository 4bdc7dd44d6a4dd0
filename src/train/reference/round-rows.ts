import type { Rows } from './math.js';

/** A row's values in a round. */
interface RoundRow {
  /** As they were when the round began. */
  readonly before: Float32Array;
  /** What each shard that trained on the row made of it, shards in order. */
  readonly after: Float32Array[];
  /** Predictions that the row took part in, over all shards. */
  predictions: number;
}

/**
 * A matrix in a round of deterministic training (docs/sampling.md): shards train one after another, each from the rows
 * as they were when the round began, and what they changed is then merged.
 */
export class RoundRows {
  readonly #matrix: Rows;
  readonly #rows = new Map<number, RoundRow>();
  /** Rows that the shard whose turn it is has trained on. */
  readonly #touched = new Set<number>();

  constructor(matrix: Rows) {
    this.#matrix = matrix;
  }

  /** Says that the shard is about to train on a row, in so many predictions. */
  touch(row: number, predictions: number): void {
    let entry = this.#rows.get(row);
    if (!entry) {
      entry = { before: Float32Array.from(this.#values(row)), after: [], predictions: 0 };
      this.#rows.set(row, entry);
    }
    entry.predictions += predictions;
    this.#touched.add(row);
  }

  /** Ends a shard's turn: sets aside what it made of its rows, and puts them back for the next. */
  endTurn(): void {
    for (const row of this.#touched) {
      const values = this.#values(row);
      const { before, after } = this.#rows.get(row)!;
      after.push(Float32Array.from(values));
      values.set(before);
    }
    this.#touched.clear();
  }

  /**
   * Ends the round. A row that one shard trained on becomes what that made of it. Where k shards did, in n predictions
   * in all, the sum of their changes is added, times (1 + damping n / k) / (1 + damping n): all of it while n is small,
   * the mean of the shards where n is large. For each shard has moved the row on its way alone; in rows of which there
   * are many predictions a round, all shards go the same way, and their sum would go too far.
   */
  merge(damping: number): void {
    for (const [row, { before, after, predictions }] of this.#rows) {
      const values = this.#values(row);
      const all = damping * predictions;
      const scale = (1 + all / after.length) / (1 + all);
      for (let j = 0; j < values.length; j++) {
        let sum = 0;
        for (const shard of after) sum += shard[j]! - before[j]!;
        values[j] = after.length === 1 ? after[0]![j]! : before[j]! + scale * sum;
      }
    }
    this.#rows.clear();
  }

  #values(row: number): Float32Array | Float64Array {
    const { data, dimensions, stride } = this.#matrix;
    return data.subarray(row * stride, row * stride + dimensions);
  }
}
