import type { GloveParameters } from '../glove-parameters.js';

/** Gradients of components are cut to this, before the learning rate (the release's `grad_clip_value`). */
const CLIP = 100;

/** One cell as it is trained on: log x and f(x), both rounded to float32. */
export interface WeighedCell {
  readonly logarithm: number;
  readonly weight: number;
}

/**
 * f(x) = (x / xMax)^weightPower, and 1 from xMax on (Pennington, Socher & Manning 2014, equation 9), with log x.
 */
export function weigh(value: number, xMax: number, weightPower: number): WeighedCell {
  const weight = value < xMax ? (value / xMax) ** weightPower : 1;
  return { logarithm: Math.fround(Math.log(value)), weight: Math.fround(weight) };
}

/**
 * GloVe (Pennington, Socher & Manning 2014, "GloVe: Global Vectors for Word Representation", equation 8): with the
 * word vector w_i, the context vector c_j and a bias of each,
 *
 *     J = sum over cells of f(x_ij) (w_i . c_j + b_i + b'_j - log x_ij)^2
 *
 * One cell at a time is descended by AdaGrad (Duchi, Hazan & Singer 2011), as the release does, for half of J. With
 * e = w_i . c_j + b_i + b'_j - log x and all values from before the update, for each component k
 *
 *     t = learningRate * clip(f(x) e c_j[k])         w_i[k] -= t / sqrt(G_i[k])       G_i[k] += t^2
 *     t = learningRate * clip(f(x) e w_i[k])         c_j[k] -= t / sqrt(G'_j[k])      G'_j[k] += t^2
 *
 * and the biases, without learning rate or clipping,
 *
 *     b_i -= f(x) e / sqrt(H_i)     H_i += (f(x) e)^2          b'_j -= f(x) e / sqrt(H'_j)     H'_j += (f(x) e)^2
 *
 * where clip cuts to +-100 and all G and H start at 1.
 */
export class Glove {
  readonly #parameters: GloveParameters;
  readonly #learningRate: number;

  constructor(parameters: GloveParameters, learningRate: number) {
    this.#parameters = parameters;
    this.#learningRate = learningRate;
  }

  /** The loss of a cell, f(x) e^2 / 2. */
  loss(row: number, column: number, { logarithm, weight }: WeighedCell): number {
    const difference = this.#difference(row, column, logarithm);
    return 0.5 * weight * difference * difference;
  }

  /** Makes one update, and gives the loss before it. */
  update(row: number, column: number, { logarithm, weight }: WeighedCell): number {
    const { words, contexts, dimensions, stride } = this.#parameters;
    const difference = this.#difference(row, column, logarithm);
    const slope = weight * difference;
    const rate = this.#learningRate;
    const w = row * 2 * stride;
    const c = column * 2 * stride;
    for (let k = 0; k < dimensions; k++) {
      const wordStep = rate * clip(slope * contexts.data[c + k]!);
      const contextStep = rate * clip(slope * words.data[w + k]!);
      descend(words.data, w + k, stride, wordStep);
      descend(contexts.data, c + k, stride, contextStep);
    }
    descend(words.data, w + dimensions, stride, slope);
    descend(contexts.data, c + dimensions + 1, stride, slope);
    return 0.5 * slope * difference;
  }

  /** w_i . c_j + b_i + b'_j - log x: each row holds its bias, and a 1 where the other has its own. */
  #difference(row: number, column: number, logarithm: number): number {
    const { words, contexts, dimensions, stride } = this.#parameters;
    const w = row * 2 * stride;
    const c = column * 2 * stride;
    let sum = -logarithm;
    for (let k = 0; k < dimensions + 2; k++) sum += words.data[w + k]! * contexts.data[c + k]!;
    return sum;
  }
}

function clip(gradient: number): number {
  return Math.max(-CLIP, Math.min(CLIP, gradient));
}

/** One step of AdaGrad for one number; its sum of squares lies `stride` further on. */
function descend(data: Float32Array | Float64Array, at: number, stride: number, step: number): void {
  data[at]! -= step / Math.sqrt(data[at + stride]!);
  data[at + stride]! += step * step;
}
