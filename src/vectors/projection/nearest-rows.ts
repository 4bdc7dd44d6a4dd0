import { availableAddon } from '../../native/addon.js';
import { watchWork } from '../../native/long-work.js';
import { Pauses, type ProjectionContext } from './pauses.js';

/** For each row the others nearest to it, nearest first; of equally near ones the lower row first. */
export interface NearestRows {
  readonly count: number;
  /** [rows, count] */
  readonly rows: Uint32Array;
  /** [rows, count]: squared Euclidean distances. */
  readonly squares: Float64Array;
}

/** What is searched. */
export interface RowSet {
  /** [rows, dimensions] */
  readonly values: Float64Array;
  readonly rows: number;
  readonly dimensions: number;
}

/** Dimensions are padded with zeros to a multiple of this: so many sums are made at once. */
const LANES = 4;

/**
 * The `count` nearest other rows of every row, exactly: all pairs are compared, in float64. The native engine and
 * JavaScript give the same bits.
 *
 * @param count less than there are rows.
 * @throws WordmillError `aborted`.
 */
export async function nearestOfAll(
  set: RowSet,
  count: number,
  threads: number,
  context: ProjectionContext = {},
  addon = availableAddon(),
): Promise<NearestRows> {
  const padded = paddedRows(set);
  if (!addon) return await nearestInScript(padded, count, context);
  const work = addon.startNeighbours({ ...padded, count, threads });
  const { rows, squares } = await watchWork(work, context, () =>
    context.onProgress?.({ phase: 'compare', unit: 'rows', done: work.progress(), total: set.rows }),
  );
  return { count, rows, squares };
}

function paddedRows({ values, rows, dimensions }: RowSet): RowSet {
  const stride = Math.ceil(dimensions / LANES) * LANES;
  if (stride === dimensions) return { values, rows, dimensions };
  const padded = new Float64Array(rows * stride);
  for (let row = 0; row < rows; row++) {
    padded.set(values.subarray(row * dimensions, (row + 1) * dimensions), row * stride);
  }
  return { values: padded, rows, dimensions: stride };
}

async function nearestInScript(
  { values, rows, dimensions }: RowSet,
  count: number,
  context: ProjectionContext,
): Promise<NearestRows> {
  const found = { count, rows: new Uint32Array(rows * count), squares: new Float64Array(rows * count) };
  const pauses = new Pauses(context);
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * count;
    const list = new NearestList(
      found.rows.subarray(end - count, end),
      found.squares.subarray(end - count, end),
    );
    for (let other = 0; other < rows; other++) {
      if (other !== row)
        list.offer(other, squaredDistance(values, row * dimensions, other * dimensions, dimensions));
    }
    await pauses.pause({ phase: 'compare', unit: 'rows', done: row, total: rows });
  }
  return found;
}

/** Four sums at once, as the native engine makes them. */
function squaredDistance(values: Float64Array, from: number, to: number, dimensions: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let j = 0; j < dimensions; j += LANES) {
    const p = values[from + j]! - values[to + j]!;
    const q = values[from + j + 1]! - values[to + j + 1]!;
    const r = values[from + j + 2]! - values[to + j + 2]!;
    const s = values[from + j + 3]! - values[to + j + 3]!;
    a += p * p;
    b += q * q;
    c += r * r;
    d += s * s;
  }
  return a + b + (c + d);
}

/** A sorted list of the nearest so far. Rows are offered in order, so that of equally near ones the lower stays. */
class NearestList {
  #length = 0;
  /** What a row has to be nearer than. */
  #farthest = Number.POSITIVE_INFINITY;

  constructor(
    readonly rows: Uint32Array,
    readonly squares: Float64Array,
  ) {}

  offer(row: number, square: number): void {
    const { rows, squares } = this;
    const full = this.#length === rows.length;
    if (full && !(square < this.#farthest)) return;
    let place = full ? this.#length - 1 : this.#length++;
    for (; place > 0 && squares[place - 1]! > square; place--) {
      squares[place] = squares[place - 1]!;
      rows[place] = rows[place - 1]!;
    }
    squares[place] = square;
    rows[place] = row;
    this.#farthest = squares[this.#length - 1]!;
  }
}
