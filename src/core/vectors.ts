import type { SubwordVectors } from './subword-vectors.js';
import type { Vocabulary } from './vocabulary.js';

/** Rows of float32: row `i` is `data[i*stride .. i*stride + dimensions)`; a stride past `dimensions` is padding. */
export interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly dimensions: number;
  readonly stride: number;
}

/** A matrix of zeros without padding. */
export function zeroMatrix(rows: number, dimensions: number): Matrix {
  return { data: new Float32Array(rows * dimensions), rows, dimensions, stride: dimensions };
}

/** One row, without padding, as a view. */
export function rowOf(matrix: Matrix, row: number): Float32Array {
  const start = row * matrix.stride;
  return matrix.data.subarray(start, start + matrix.dimensions);
}

/** Vectors that training made: row `id` of `input` belongs to word `id` of the vocabulary. */
export interface TrainedVectors {
  readonly vocabulary: Vocabulary;
  /** The embedding matrix E, word by word (the transpose of the course's dimensions x |V|); of GloVe w + c, or w. */
  readonly input: Matrix;
  /** The output weights: by word for negative sampling and softmax, by inner node for hierarchical softmax. Of GloVe the context vectors c. */
  readonly output: Matrix;
  /** What the vectors in `input` are composed of, where they were trained with character n-grams. */
  readonly subwords?: SubwordVectors;
  /** GloVe: the biases that belong to the rows of w and of `output`. */
  readonly biases?: { readonly input: Float32Array; readonly output: Float32Array };
  /** How it was trained, and what it took. */
  readonly summary: TrainingSummary;
  /** What files of models tell of the training. */
  readonly settings?: TrainingSettings;
}

/** Settings of a training of skip-gram or CBOW. */
export interface TrainingSettings {
  /** Negative samples of a target. */
  readonly negative: number;
  /** Where it was trained on text: the reach of a window, and the threshold of subsampling. */
  readonly window?: number;
  readonly subsample?: number;
}

/** How vectors were trained, and what it took. */
export interface TrainingSummary {
  readonly engine: string;
  readonly model: string;
  readonly loss: string;
  readonly epochs: number;
  readonly seed: number;
  /** Words trained on over all epochs, before subsampling. */
  readonly words: number;
  /** What `words` counts, where that is not words or pairs: GloVe's cells. */
  readonly unit?: 'cells';
  readonly seconds: number;
  /** Mean loss of a pair in each epoch, in nats. */
  readonly lossByEpoch: readonly number[];
  /** Where text was held out: the mean loss of a prediction on it after each epoch, in nats. */
  readonly validationLossByEpoch?: readonly number[];
  /** Where training kept the vectors of an earlier epoch than its last (`patience`): that one, from 1. */
  readonly bestEpoch?: number;
  /** nplm: perplexity of the held-out text after each epoch, where some was held out. */
  readonly perplexityByEpoch?: readonly number[];
  /** Of each machine, where shards were trained apart. */
  readonly threads: number;
  /** Of a run on several machines: in how many shards it was trained, whose models were averaged. */
  readonly shards?: number;
  readonly instructionSet?: string;
  /** What TensorFlow ran on: its native library (`tensorflow`), `wasm` or `cpu`. */
  readonly backend?: string;
}

/**
 * A vector for words that are not in the vocabulary, as GloVe makes its `<unk>`: the mean of the rows of the rarest
 * words (of equally rare ones, the last; `<UNK>` itself left out). Summed in float64.
 *
 * @param most how many words at most; all of a smaller vocabulary.
 */
export function meanOfRarest(
  vectors: Pick<TrainedVectors, 'vocabulary' | 'input'>,
  most = 100,
): Float32Array {
  const { vocabulary, input } = vectors;
  const { counts } = vocabulary;
  const words = Uint32Array.from({ length: vocabulary.unknownId ?? vocabulary.size }, (_, id) => id);
  // Sorted, because a vocabulary that was read from a file may come in any order.
  const rarest = words.sort((a, b) => counts[a]! - counts[b]! || b - a).subarray(0, most);
  const sum = new Float64Array(input.dimensions);
  for (const id of rarest) {
    const row = rowOf(input, id);
    for (let j = 0; j < sum.length; j++) sum[j]! += row[j]!;
  }
  return Float32Array.from(sum, (total) => (rarest.length === 0 ? 0 : total / rarest.length));
}
