import type { NearestRows } from './nearest-rows.js';

/** A symmetric matrix P of which most entries are 0: row i has entries `starts[i]` to `starts[i + 1]`. */
export interface Affinities {
  readonly points: number;
  /** [points + 1] */
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  /** Together 1. */
  readonly values: Float64Array;
}

/** How near log(perplexity) the search comes (in nats), and after how many halvings it is content. */
const TOLERANCE = 1e-7;
const MOST_STEPS = 100;

/**
 * The similarities p(j|i) of each point's nearest neighbours: Gaussians of squared distances, each with the width that
 * gives the wanted perplexity, 2^entropy (van der Maaten & Hinton 2008, equation 1; over the nearest only, as in van der
 * Maaten 2014, section 4.1).
 *
 * @param perplexity at most the number of neighbours.
 * @returns [points, count], each row with sum 1, in the order of the neighbours.
 */
export function conditionalAffinities({ count, squares }: NearestRows, perplexity: number): Float64Array {
  const affinities = new Float64Array(squares.length);
  for (let start = 0; start < squares.length; start += count) {
    fillRow(squares.subarray(start, start + count), Math.log(perplexity), affinities.subarray(start));
  }
  return affinities;
}

/** Looks for the precision (1 / 2 variance) whose distribution has the wanted entropy, in nats. */
function fillRow(squares: Float64Array, entropy: number, into: Float64Array): void {
  const nearest = squares[0]!;
  const mean = squares.reduce((sum, square) => sum + (square - nearest), 0) / squares.length;
  let precision = mean > 0 ? 1 / mean : 1;
  let [least, most] = [0, Number.POSITIVE_INFINITY];
  for (let step = 0; step < MOST_STEPS; step++) {
    const difference = entropyOf(squares, precision, into) - entropy;
    if (Math.abs(difference) < TOLERANCE) return;
    if (difference > 0) least = precision;
    else most = precision;
    precision = most === Number.POSITIVE_INFINITY ? 2 * precision : (least + most) / 2;
  }
}

/** Writes the distribution and gives its entropy. Distances count from the nearest, whose weight is 1: no sum is 0. */
function entropyOf(squares: Float64Array, precision: number, into: Float64Array): number {
  const nearest = squares[0]!;
  let sum = 0;
  let distances = 0;
  for (let j = 0; j < squares.length; j++) {
    const distance = squares[j]! - nearest;
    const weight = Math.exp(-precision * distance);
    into[j] = weight;
    sum += weight;
    distances += weight * distance;
  }
  for (let j = 0; j < squares.length; j++) into[j]! /= sum;
  return Math.log(sum) + (precision * distances) / sum;
}

/**
 * The symmetric similarities p(ij) = (p(j|i) + p(i|j)) / 2n (van der Maaten & Hinton 2008, section 3.1). A row's entries
 * begin with its own neighbours, nearest first; then come the others that have it among theirs, in their order.
 *
 * @param conditional `conditionalAffinities(nearest, …)`
 */
export function jointAffinities({ count, rows }: NearestRows, conditional: Float64Array): Affinities {
  const points = rows.length / count;
  const incoming = incomingEntries(rows, points, count);
  const starts = new Uint32Array(points + 1);
  const columns = new Uint32Array(2 * rows.length);
  const values = new Float64Array(2 * rows.length);
  const placeOf = new Int32Array(points).fill(-1); // of a column, in the row at hand
  let end = 0;
  for (let point = 0; point < points; point++) {
    const start = end;
    for (let entry = point * count; entry < (point + 1) * count; entry++, end++) {
      placeOf[rows[entry]!] = end;
      columns[end] = rows[entry]!;
      values[end] = conditional[entry]! / (2 * points);
    }
    for (let i = incoming.starts[point]!; i < incoming.starts[point + 1]!; i++) {
      const entry = incoming.entries[i]!;
      const column = Math.floor(entry / count);
      const known = placeOf[column]!;
      const place = known < start ? end++ : known;
      columns[place] = column;
      values[place]! += conditional[entry]! / (2 * points);
    }
    starts[point + 1] = end;
  }
  return { points, starts, columns: columns.slice(0, end), values: values.slice(0, end) };
}

/** For each point the entries, in order, that have it as a neighbour. */
function incomingEntries(
  rows: Uint32Array,
  points: number,
  count: number,
): { starts: Uint32Array; entries: Uint32Array } {
  const starts = new Uint32Array(points + 1);
  for (const neighbour of rows) starts[neighbour + 1]!++;
  for (let point = 0; point < points; point++) starts[point + 1]! += starts[point]!;
  const entries = new Uint32Array(points * count);
  const next = starts.slice();
  for (let entry = 0; entry < rows.length; entry++) entries[next[rows[entry]!]!++] = entry;
  return { starts, entries };
}

/**
 * The Kullback-Leibler divergence KL(P || Q) of a map, in nats (van der Maaten & Hinton 2008, equations 2 and 4).
 *
 * @param positions [points, 2]
 * @param normaliser the sum of 1 / (1 + squared distance) over all pairs of different points, both ways.
 */
export function divergence(p: Affinities, positions: Float64Array, normaliser: number): number {
  let sum = 0;
  for (let i = 0; i < p.points; i++) {
    for (let entry = p.starts[i]!; entry < p.starts[i + 1]!; entry++) {
      const j = p.columns[entry]!;
      const value = p.values[entry]!;
      const x = positions[2 * i]! - positions[2 * j]!;
      const y = positions[2 * i + 1]! - positions[2 * j + 1]!;
      if (value > 0) sum += value * Math.log(value * (1 + (x * x + y * y)) * normaliser);
    }
  }
  return sum;
}
