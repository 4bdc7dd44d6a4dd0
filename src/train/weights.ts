import type { Matrix } from '../core/vectors.js';
import type { Tensor } from '../formats/safetensors.js';
import { allocateMatrix } from './matrices.js';

/** Writes the numbers that a name has into an array of their length. */
export type Fill = (name: string, into: Float32Array) => void | Promise<void>;

/** What training changes, by name, wherever it lies. */
export interface Weights {
  /** As they are now: views where they lie in memory, else copies. */
  tensors(): ReadonlyMap<string, Tensor>;
  /** Replaces all of them. */
  load(fill: Fill): Promise<void>;
}

/** Weights that lie in memory: matrices, padding included. */
export function weightsOf(matrices: Readonly<Record<string, Matrix>>): Weights {
  const named = Object.entries(matrices);
  return {
    tensors: () =>
      new Map(
        named.map(([name, { data, rows, stride }]) => [
          name,
          { shape: [rows, stride], data: data.subarray(0, rows * stride) },
        ]),
      ),
    async load(fill) {
      for (const [name, { data, rows, stride }] of named) await fill(name, data.subarray(0, rows * stride));
    },
  };
}

/** A copy of weights, to be put back: one of each, made when it is first needed and written over later. */
export class WeightsCopy {
  readonly #weights: Weights;
  readonly #copies = new Map<string, Tensor & { readonly data: Float32Array }>();

  constructor(weights: Weights) {
    this.#weights = weights;
  }

  /** What was copied last; nothing before the first time. */
  get tensors(): ReadonlyMap<string, Tensor> {
    return this.#copies;
  }

  /** @throws WordmillError `outOfMemory` if the memory for it cannot be had. */
  take(): void {
    for (const [name, { shape, data }] of this.#weights.tensors()) {
      let copy = this.#copies.get(name);
      if (!copy) {
        copy = {
          shape,
          data: allocateMatrix(
            shape.reduce((product, size) => product * size),
            1,
          ).data,
        };
        this.#copies.set(name, copy);
      }
      copy.data.set(data as Float32Array);
    }
  }

  /** Puts the copy back. */
  async restore(): Promise<void> {
    await this.#weights.load((name, into) => into.set(this.#copies.get(name)!.data));
  }
}
