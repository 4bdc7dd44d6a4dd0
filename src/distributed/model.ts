import type { Matrix } from '../core/vectors.js';

/** The two matrices that training changes: E and W. */
export interface Model {
  readonly input: Matrix;
  readonly output: Matrix;
}

/** The names of a model's matrices, in the order of files. */
export const MATRICES = ['input', 'output'] as const;
export type MatrixName = (typeof MATRICES)[number];
