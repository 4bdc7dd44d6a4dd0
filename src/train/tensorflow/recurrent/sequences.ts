/**
 * The shape of a batch of sequences. Its tensors are matrices of `steps * batch` rows, step by step: row
 * `t * batch + b` is step t of sequence b.
 */
export interface SequenceShape {
  readonly steps: number;
  readonly batch: number;
  /** The length of each sequence, up to `steps`; what follows is padding. All are full where this is absent. */
  readonly lengths?: Int32Array;
}

/**
 * The rows of a batch in reverse order of time, each sequence within its own length; padding stays where it is. The same
 * numbers turn it back.
 */
export function reversedRows({ steps, batch, lengths }: SequenceShape): Int32Array {
  const rows = new Int32Array(steps * batch);
  for (let t = 0; t < steps; t++) {
    for (let b = 0; b < batch; b++) {
      const length = lengths?.[b] ?? steps;
      rows[t * batch + b] = (t < length ? length - 1 - t : t) * batch + b;
    }
  }
  return rows;
}

/** For each sequence the row of its last step. An empty sequence gives its first row, which is padding. */
export function lastRows({ steps, batch, lengths }: SequenceShape): Int32Array {
  return Int32Array.from({ length: batch }, (_, b) => (Math.max(1, lengths?.[b] ?? steps) - 1) * batch + b);
}
