/**
 * Rows of numbers. Training stores float32; the same code runs on float64 when gradients are checked against finite
 * differences. All arithmetic in between is float64.
 */
export interface Rows {
  readonly data: Float32Array | Float64Array;
  readonly dimensions: number;
  readonly stride: number;
}

/** 1 / (1 + e^-x). Very negative x give 0, very positive 1. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * log(1 + e^x), which is -log sigmoid(-x). Written so that no exponential overflows: for large x it is x itself, and
 * for very negative x it keeps the small value e^x that a plain log(1 + e^x) would round away.
 */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** rows[row] as float64, into `vector`. */
export function copyRow(vector: Float64Array, rows: Rows, row: number): void {
  const { data, dimensions, stride } = rows;
  const start = row * stride;
  for (let j = 0; j < dimensions; j++) vector[j] = data[start + j]!;
}

/** vector += scale * other. */
export function add(vector: Float64Array, scale: number, other: Float64Array): void {
  for (let j = 0; j < vector.length; j++) vector[j]! += scale * other[j]!;
}

/** vector . rows[row]: the dot product of a vector with a row. */
export function dot(vector: Float64Array, rows: Rows, row: number): number {
  const { data, dimensions, stride } = rows;
  const start = row * stride;
  let sum = 0;
  for (let j = 0; j < dimensions; j++) sum += vector[j]! * data[start + j]!;
  return sum;
}

/** vector += scale * rows[row]. */
export function addRow(vector: Float64Array, scale: number, rows: Rows, row: number): void {
  const { data, dimensions, stride } = rows;
  const start = row * stride;
  for (let j = 0; j < dimensions; j++) vector[j]! += scale * data[start + j]!;
}

/** rows[row] += scale * vector. */
export function addToRow(rows: Rows, row: number, scale: number, vector: Float64Array): void {
  const { data, dimensions, stride } = rows;
  const start = row * stride;
  for (let j = 0; j < dimensions; j++) data[start + j]! += scale * vector[j]!;
}
