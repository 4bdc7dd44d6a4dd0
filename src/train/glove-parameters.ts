import { Random, STREAMS } from '../core/random.js';
import type { Matrix, TrainedVectors } from '../core/vectors.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { paddedStride } from '../native/addon.js';
import type { ResolvedTrainOptions } from './engine.js';
import { allocateMatrix } from './matrices.js';

/**
 * What GloVe learns, as both engines keep it. A row has `stride` parameters, then as many sums of squared gradients. A
 * word's row holds its vector, its bias, 1 and padding; a context's its vector, 1, its bias and padding: so the dot
 * product of two rows has both biases in it.
 */
export interface GloveParameters {
  readonly words: Matrix;
  readonly contexts: Matrix;
  readonly dimensions: number;
  readonly stride: number;
}

/** Floats from the parameters of a row to their sums of squares. */
export function gloveStride(dimensions: number): number {
  return paddedStride(dimensions + 2);
}

/** Memory that GloVe's parameters take, in bytes: both matrices, with their sums of squares, and the sum of both. */
export function estimateGlove(words: number, dimensions: number): number {
  return words * (4 * gloveStride(dimensions) + dimensions) * Float32Array.BYTES_PER_ELEMENT;
}

/**
 * Parameters as training starts (docs/glove.md, "Start"): components and biases uniform in +-initialRange/dimensions,
 * sums of squares 1.
 *
 * @param allocate gives a matrix of zeros.
 */
export function startGlove(
  words: number,
  options: Pick<ResolvedTrainOptions, 'dimensions' | 'seed' | 'initialRange'>,
  allocate: (rows: number, dimensions: number) => Matrix,
): GloveParameters {
  const { dimensions, seed, initialRange } = options;
  const stride = gloveStride(dimensions);
  const random = new Random(seed, STREAMS.initialRows);
  const draw = () => ((2 * random.unit() - 1) * initialRange) / dimensions;
  const side = (firstStream: number, bias: number, one: number): Matrix => {
    const matrix = allocate(words, 2 * stride);
    const { data } = matrix;
    for (let word = 0; word < words; word++) {
      const start = word * 2 * stride;
      random.fork(firstStream + word);
      for (let k = 0; k < dimensions; k++) data[start + k] = draw();
      data[start + bias] = draw();
      data[start + one] = 1;
      data.fill(1, start + stride, start + 2 * stride);
    }
    return matrix;
  };
  return {
    words: side(0, dimensions, dimensions + 1),
    contexts: side(words, dimensions + 1, dimensions),
    dimensions,
    stride,
  };
}

/** What was learned, as other models give it: as `input` w + c or w, as `output` c, which is a view. */
export function gloveVectors(
  vocabulary: Vocabulary,
  parameters: GloveParameters,
  combine: 'sum' | 'word',
): Omit<TrainedVectors, 'summary'> {
  const { words, contexts, dimensions, stride } = parameters;
  const output = { ...contexts, dimensions };
  const biasesOf = ({ data, rows }: Matrix, at: number) =>
    Float32Array.from({ length: rows }, (_, row) => data[row * 2 * stride + at]!);
  const biases = { input: biasesOf(words, dimensions), output: biasesOf(contexts, dimensions + 1) };
  if (combine === 'word') return { vocabulary, input: { ...words, dimensions }, output, biases };
  const input = allocateMatrix(words.rows, dimensions);
  for (let row = 0; row < words.rows; row++) {
    const start = row * 2 * stride;
    for (let k = 0; k < dimensions; k++) {
      input.data[row * dimensions + k] = words.data[start + k]! + contexts.data[start + k]!;
    }
  }
  return { vocabulary, input, output, biases };
}
