import { type Matrix, zeroMatrix } from '../../../core/vectors.js';
import { fillInitialRows } from '../../initial-rows.js';
import {
  type RowLosses,
  type SampledWords,
  sampledSoftmax,
  softmaxCrossEntropy,
} from '../autodiff/losses.js';
import { Parameter } from '../autodiff/parameter.js';
import { Tape, type Value } from '../autodiff/tape.js';
import type { Device } from '../backend/device.js';
import { type DropoutDraw, dropout } from '../dropout.js';
import { glorotUniform, weightsRandom } from '../initial-weights.js';

/** What a neural probabilistic language model is made of. */
export interface NplmShape {
  /** |V|. */
  readonly words: number;
  /** How many context words are concatenated (`contextPlaces`). */
  readonly places: number;
  readonly dimensions: number;
  /** Units of the tanh layer; 0 leaves it out, which takes `direct`. */
  readonly hidden: number;
  /** Whether the concatenated vectors are connected to the scores directly as well. */
  readonly direct: boolean;
  /** Whether it is trained with sampled softmax, so that a step changes only some rows of W2 and b2. */
  readonly sampled: boolean;
  readonly seed: number;
  /** E starts uniform in +-initialRange/dimensions. */
  readonly initialRange: number;
  /** Vectors that E starts from in the place of random ones: a row for each word. */
  readonly initialVectors?: Matrix;
}

/**
 * The neural probabilistic language model (Bengio, Ducharme, Vincent & Jauvin 2003, "A Neural Probabilistic Language
 * Model", Journal of Machine Learning Research 3, section 2, equation 1). For a window of context words,
 *
 *     x = (E[w_1], …, E[w_n])              the context's vectors, concatenated: n * dimensions numbers
 *     y = b2 + W x + U tanh(b1 + H x)      a score for each word
 *     p(word | context) = exp(y[word]) / sum over v of exp(y[v])
 *
 * In the course's names: E is dimensions x |V| (here `E` has its transpose, a row for each word and one more for places
 * outside the sentence); W1 = H and b1 make the hidden layer; W2 = U and b2 the scores. With direct connections W2 has
 * the columns of U and then those of the paper's W, since y = b2 + [U W] [tanh(b1 + H x); x].
 */
export class NeuralLanguageModel {
  readonly shape: NplmShape;
  /** [words + 1, dimensions] */
  readonly E: Parameter;
  /** [places * dimensions, hidden] and [hidden]; undefined without a hidden layer. */
  readonly W1: Parameter | undefined;
  readonly b1: Parameter | undefined;
  /** [words, hidden, + places * dimensions with direct connections] and [words]. */
  readonly W2: Parameter;
  readonly b2: Parameter;
  readonly #device: Device;

  /** @throws RangeError if the initial vectors are not words x dimensions. */
  constructor(device: Device, shape: NplmShape) {
    const { words, places, dimensions, hidden, direct, seed } = shape;
    this.#device = device;
    this.shape = shape;
    const inputs = places * dimensions;
    const units = outputUnits(shape);
    const output = shape.sampled ? 'rows' : 'dense';
    const random = (name: string) => weightsRandom(seed, `nplm.${name}`);
    this.E = new Parameter(device, 'nplm.E', [words + 1, dimensions], initialE(shape), 'rows');
    if (hidden > 0) {
      const data = glorotUniform(random('W1'), inputs, hidden);
      this.W1 = new Parameter(device, 'nplm.W1', [inputs, hidden], data);
      this.b1 = new Parameter(device, 'nplm.b1', [hidden], new Float32Array(hidden));
    }
    if (units === 0) throw new RangeError(`a model with hidden ${hidden}, direct ${direct} has no scores`);
    const data = glorotUniform(random('W2'), units, words);
    this.W2 = new Parameter(device, 'nplm.W2', [words, units], data, output);
    this.b2 = new Parameter(device, 'nplm.b2', [words], new Float32Array(words), output);
  }

  get parameters(): readonly Parameter[] {
    return [this.E, this.W1, this.b1, this.W2, this.b2].filter((parameter) => parameter !== undefined);
  }

  /**
   * What the scores are a linear function of: [windows, hidden (+ places * dimensions)].
   *
   * @param contexts ids, [windows, places] row by row; `words` stands for a place outside the sentence.
   * @param left of the hidden units, which are left out.
   */
  features(tape: Tape, contexts: Int32Array, left?: DropoutDraw): Value {
    const { places, dimensions, direct } = this.shape;
    const windows = contexts.length / places;
    const x = tape.reshape(tape.rows(this.E, contexts), [windows, places * dimensions]);
    if (!this.W1) return x;
    const active = tape.tanh(tape.linear(x, this.W1, this.b1));
    const hidden = left ? dropout(tape, active, left) : active;
    return direct ? tape.concat([hidden, x], 1) : hidden;
  }

  /**
   * Records the loss of a batch of windows: of full softmax, or of sampled softmax where words are given.
   *
   * @param weights of the windows, such as 1 / windows.
   */
  loss(
    tape: Tape,
    features: Value,
    targets: Int32Array,
    weights: Float32Array,
    sampled?: SampledWords,
  ): RowLosses {
    const output = { weights: this.W2, bias: this.b2 };
    return sampled
      ? sampledSoftmax(tape, features, output, targets, weights, sampled)
      : softmaxCrossEntropy(tape, features, output, targets, weights);
  }

  /** -log p(target | context) of each window, in nats, by full softmax; nothing is learned. */
  lossesOf(contexts: Int32Array, targets: Int32Array): Float32Array {
    return this.#device.scope(() => {
      const tape = new Tape(this.#device, { training: false });
      const weights = new Float32Array(targets.length).fill(1);
      const { losses } = this.loss(tape, this.features(tape, contexts), targets, weights);
      return losses;
    });
  }

  /** p(word | context) for every word, [windows, words] row by row. */
  probabilities(contexts: Int32Array): Float32Array {
    const device = this.#device;
    return device.scope(() => {
      const tape = new Tape(device, { training: false });
      const features = this.features(tape, contexts).tensor;
      const products = device.matMul(features, tape.tensorOf(this.W2), false, true);
      const scores = device.binary('add', products, tape.tensorOf(this.b2));
      return device.read(device.softmax(scores)) as Float32Array;
    });
  }

  dispose(): void {
    for (const parameter of this.parameters) parameter.dispose();
  }
}

/** Columns of W2. */
export function outputUnits({
  places,
  dimensions,
  hidden,
  direct,
}: Pick<NplmShape, 'places' | 'dimensions' | 'hidden' | 'direct'>): number {
  return hidden + (direct ? places * dimensions : 0);
}

/** E, word by word, then the row for places outside the sentence, which starts at 0. */
function initialE({ words, dimensions, seed, initialRange, initialVectors }: NplmShape): Float32Array {
  const matrix = zeroMatrix(words + 1, dimensions);
  if (!initialVectors) {
    fillInitialRows({ ...matrix, rows: words }, { seed, initialRange });
    return matrix.data;
  }
  const { rows, stride, data } = initialVectors;
  if (rows !== words || initialVectors.dimensions !== dimensions) {
    throw new RangeError(
      `the initial vectors are ${rows} x ${initialVectors.dimensions}, but there are ${words} words of ${dimensions} dimensions`,
    );
  }
  for (let row = 0; row < rows; row++) {
    matrix.data.set(data.subarray(row * stride, row * stride + dimensions), row * dimensions);
  }
  return matrix.data;
}
