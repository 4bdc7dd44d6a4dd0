import { Random } from '../../src/core/random.js';
import type { Matrix } from '../../src/core/vectors.js';

const CLUSTERS = 40;

/** Rows around centres, both normal: near ones to find, in all dimensions. The same each time. */
export function clusteredVectors(rows: number, dimensions: number): Matrix {
  const random = new Random(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
  const centres = Array.from({ length: CLUSTERS }, () => Float64Array.from({ length: dimensions }, normal));
  const data = new Float32Array(rows * dimensions);
  for (let row = 0; row < rows; row++) {
    const centre = centres[random.below(CLUSTERS)]!;
    for (let j = 0; j < dimensions; j++) data[row * dimensions + j] = centre[j]! / 2 + normal();
  }
  return { data, rows, dimensions, stride: dimensions };
}
