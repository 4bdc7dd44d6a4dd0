import { mix, Random, STREAMS } from '../../core/random.js';

/** Draws the starting weights of one parameter, keyed by seed and name: adding a layer changes no other's weights. */
export function weightsRandom(seed: number, name: string): Random {
  let hash = name.length;
  for (let i = 0; i < name.length; i++) hash = mix(hash ^ Math.imul(name.charCodeAt(i), 0x9e3779b9));
  return new Random(seed, STREAMS.weights, hash);
}

/** `size` numbers, uniform in +-limit. */
export function uniform(random: Random, size: number, limit: number): Float32Array {
  return Float32Array.from({ length: size }, () => (2 * random.unit() - 1) * limit);
}

/**
 * A matrix [inputs, outputs] uniform in +-sqrt(6 / (inputs + outputs)) (Glorot & Bengio 2010, "Understanding the
 * difficulty of training deep feedforward neural networks", equation 16).
 *
 * @param fanOut where the matrix is several side by side: the outputs of one of them.
 */
export function glorotUniform(
  random: Random,
  inputs: number,
  outputs: number,
  fanOut = outputs,
): Float32Array {
  return uniform(random, inputs * outputs, Math.sqrt(6 / (inputs + fanOut)));
}

/**
 * Square orthogonal matrices side by side, [units, blocks * units]: Gram-Schmidt on normal draws. A recurrent network
 * multiplies by them at every step, and they change no vector's length (Saxe, McClelland & Ganguli 2014).
 */
export function orthogonalBlocks(random: Random, units: number, blocks: number): Float32Array {
  const matrix = new Float32Array(units * blocks * units);
  for (let block = 0; block < blocks; block++) {
    for (const [row, vector] of orthonormal(random, units).entries()) {
      matrix.set(vector, row * blocks * units + block * units);
    }
  }
  return matrix;
}

function orthonormal(random: Random, size: number): Float64Array[] {
  const rows: Float64Array[] = [];
  while (rows.length < size) {
    const row = Float64Array.from({ length: size }, () => normal(random));
    // Twice, because the first pass leaves rounding errors along the rows before.
    for (let pass = 0; pass < 2; pass++) for (const other of rows) subtractAlong(row, other);
    const length = Math.hypot(...row);
    if (length < 1e-6) continue;
    rows.push(row.map((value) => value / length));
  }
  return rows;
}

function subtractAlong(row: Float64Array, unit: Float64Array): void {
  let dot = 0;
  for (let j = 0; j < row.length; j++) dot += row[j]! * unit[j]!;
  for (let j = 0; j < row.length; j++) row[j]! -= dot * unit[j]!;
}

/** A draw of the standard normal distribution (Box & Muller 1958). */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.unit()));
  return radius * Math.cos(2 * Math.PI * random.unit());
}
