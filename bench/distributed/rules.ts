import type { Matrix } from '../../src/core/vectors.js';

/** A rule by which what shards made of a matrix in a round becomes one: is given one shard after another, then changes the matrix. */
export interface Rule {
  add(trained: Matrix, share: number): void;
  finish(): void;
}

/** How a row that a shard changed is added up, and by what the sum of a row is multiplied. */
interface RowRule {
  /** What a change is multiplied by when it is added. */
  weight(share: number): number;
  factor(row: RowOfRound): number;
}

/** What is known of a row at the end of a round. */
interface RowOfRound {
  /** Of the shards that changed it: how many, and their weights. */
  readonly shards: number;
  readonly weights: number;
  /** The sum of the squared lengths of its changes, and the squared length of their sum. */
  readonly lengths: number;
  readonly length: number;
}

const ROW_RULES = {
  /** The mean of the models, weighted by words: Ji et al. 2016. */
  mean: { weight: (share) => share, factor: () => 1 },
  /** The mean over the shards that changed the row, weighted by words. */
  changed: { weight: (share) => share, factor: ({ weights }) => 1 / weights },
  /** All changes added up: Spark's Word2Vec, once. */
  sum: { weight: () => 1, factor: () => 1 },
  /** The sum, times the diversity of the changes: what distributed runs do. */
  diversity: {
    weight: () => 1,
    factor: ({ lengths, length }) => (length === 0 ? 1 : Math.min(1, lengths / length)),
  },
} as const satisfies Record<string, RowRule>;

export const RULES = [...Object.keys(ROW_RULES), 'combiner'] as readonly (
  | keyof typeof ROW_RULES
  | 'combiner'
)[];

/** @throws RangeError for a name that is none. */
export function ruleOf(name: string, matrix: Matrix): Rule {
  if (name === 'combiner') return combiner(matrix);
  if (!Object.hasOwn(ROW_RULES, name)) throw new RangeError(`the rules are ${RULES.join(', ')}`);
  return weighted(ROW_RULES[name as keyof typeof ROW_RULES], matrix);
}

function weighted({ weight, factor }: RowRule, { rows, dimensions, stride, data }: Matrix): Rule {
  const sums = new Float32Array(rows * dimensions);
  const [weights, lengths, shards] = [new Float64Array(rows), new Float64Array(rows), new Uint32Array(rows)];
  return {
    add({ data: now }, share) {
      const by = weight(share);
      for (let row = 0; row < rows; row++) {
        const start = row * stride;
        const to = row * dimensions;
        let length = 0;
        for (let j = 0; j < dimensions; j++) length += (now[start + j]! - data[start + j]!) ** 2;
        if (length === 0) continue;
        for (let j = 0; j < dimensions; j++) sums[to + j]! += by * (now[start + j]! - data[start + j]!);
        weights[row]! += by;
        lengths[row]! += length;
        shards[row]!++;
      }
    },
    finish() {
      for (let row = 0; row < rows; row++) {
        if (shards[row] === 0) continue;
        const sum = sums.subarray(row * dimensions, (row + 1) * dimensions);
        const length = sum.reduce((total, value) => total + value ** 2, 0);
        const by = factor({ shards: shards[row]!, weights: weights[row]!, lengths: lengths[row]!, length });
        for (let j = 0; j < dimensions; j++) data[row * stride + j]! += by * sum[j]!;
      }
    },
  };
}

/** Model combiners, row by row (Gill et al. 2019): what the changes so far have along the next one is taken from that alone. */
function combiner({ rows, dimensions, stride, data }: Matrix): Rule {
  const sums = new Float32Array(rows * dimensions);
  return {
    add({ data: now }) {
      for (let row = 0; row < rows; row++) {
        const start = row * stride;
        const to = row * dimensions;
        let length = 0;
        let along = 0;
        for (let j = 0; j < dimensions; j++) {
          const change = now[start + j]! - data[start + j]!;
          length += change * change;
          along += sums[to + j]! * change;
        }
        if (length === 0) continue;
        const by = 1 - along / length;
        for (let j = 0; j < dimensions; j++) sums[to + j]! += by * (now[start + j]! - data[start + j]!);
      }
    },
    finish() {
      for (let row = 0; row < rows; row++)
        for (let j = 0; j < dimensions; j++) data[row * stride + j]! += sums[row * dimensions + j]!;
    },
  };
}
