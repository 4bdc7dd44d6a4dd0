import { parseOptions } from '../../core/options.js';
import { Random, STREAMS } from '../../core/random.js';
import { type Matrix, rowOf, zeroMatrix } from '../../core/vectors.js';
import { finiteRows } from './finite-rows.js';
import { type ClusterOptions, clusterOptions } from './options.js';
import { Pauses, type ProjectionContext } from './pauses.js';

/** Vectors put into clusters. */
export interface Clusters {
  /** For each row its cluster, from 0; `NO_CLUSTER` for a row with a number that is not finite. */
  readonly clusterOf: Int32Array;
  /** How many clusters there are: fewer than were asked for where fewer rows differ. */
  readonly count: number;
}

/** Stands for the cluster of a row that has none. */
export const NO_CLUSTER = -1;

/**
 * Puts vectors into clusters by k-means (Lloyd 1982), its first centres drawn by k-means++ (Arthur & Vassilvitskii 2007).
 *
 * @throws WordmillError `usage` for options that are wrong; `aborted`.
 */
export async function cluster(
  matrix: Matrix,
  options: ClusterOptions & ProjectionContext = {},
): Promise<Clusters> {
  const { signal, onProgress, ...given } = options;
  const { clusters, similarity, iterations, seed } = parseOptions(clusterOptions, given, '');
  const pauses = new Pauses({ ...(signal && { signal }), ...(onProgress && { onProgress }) });
  const { matrix: rows, rowNumbers } = finiteRows(matrix, similarity);
  const centres = firstCentres(rows, clusters, new Random(seed, STREAMS.clusters));
  const own = new Int32Array(rows.rows).fill(NO_CLUSTER);
  for (let round = 0; round < iterations; round++) {
    let changed = 0;
    for (let row = 0; row < rows.rows; row++) {
      await pauses.pause({ phase: 'compare', done: row, total: rows.rows, unit: 'rows' });
      const nearest = nearestCentre(rowOf(rows, row), centres);
      if (nearest !== own[row]) changed++;
      own[row] = nearest;
    }
    if (changed === 0) break;
    moveCentres(rows, own, centres);
  }
  const clusterOf = new Int32Array(matrix.rows).fill(NO_CLUSTER);
  for (const [place, row] of rowNumbers.entries()) clusterOf[row] = own[place]!;
  return { clusterOf, count: centres.rows };
}

/** Each centre is a row, drawn in proportion to its squared distance from the nearest one before. */
function firstCentres(rows: Matrix, wanted: number, random: Random): Matrix {
  const squares = new Float64Array(rows.rows).fill(Number.POSITIVE_INFINITY);
  const chosen: number[] = rows.rows > 0 ? [Math.floor(random.unit() * rows.rows)] : [];
  while (chosen.length > 0 && chosen.length < wanted) {
    const last = rowOf(rows, chosen.at(-1)!);
    let total = 0;
    for (let row = 0; row < rows.rows; row++) {
      squares[row] = Math.min(squares[row]!, squaredDistance(rowOf(rows, row), last));
      total += squares[row]!;
    }
    if (total === 0) break;
    chosen.push(rowAt(squares, random.unit() * total));
  }
  const centres = zeroMatrix(chosen.length, rows.dimensions);
  for (const [place, row] of chosen.entries()) rowOf(centres, place).set(rowOf(rows, row));
  return centres;
}

/** The row at which the running sum of weights passes a place; of weight 0 none is. */
function rowAt(weights: Float64Array, place: number): number {
  let left = place;
  let row = 0;
  for (const [index, weight] of weights.entries()) {
    if (weight === 0) continue;
    row = index;
    left -= weight;
    if (left <= 0) break;
  }
  return row;
}

function nearestCentre(vector: Float32Array, centres: Matrix): number {
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let centre = 0; centre < centres.rows; centre++) {
    const square = squaredDistance(vector, rowOf(centres, centre));
    if (square < least) [nearest, least] = [centre, square];
  }
  return nearest;
}

/** To the mean of their rows; a centre that has none stays. */
function moveCentres(rows: Matrix, own: Int32Array, centres: Matrix): void {
  const { dimensions } = rows;
  const sums = new Float64Array(centres.rows * dimensions);
  const sizes = new Float64Array(centres.rows);
  for (let row = 0; row < rows.rows; row++) {
    const vector = rowOf(rows, row);
    const start = own[row]! * dimensions;
    sizes[own[row]!]!++;
    for (let i = 0; i < dimensions; i++) sums[start + i]! += vector[i]!;
  }
  for (let centre = 0; centre < centres.rows; centre++) {
    if (sizes[centre] === 0) continue;
    const vector = rowOf(centres, centre);
    for (let i = 0; i < dimensions; i++) vector[i] = sums[centre * dimensions + i]! / sizes[centre]!;
  }
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}
