/** Points up to which a cell is not divided. */
const LEAF_POINTS = 8;

/** Beyond this extent, squared, a map has diverged. */
const LARGEST_SQUARE = 1e60;

/** What all other points do to one: the sums of q² (y - yj) and of q, with q = 1 / (1 + |y - yj|²). */
export interface Repulsion {
  x: number;
  y: number;
  weight: number;
}

/**
 * The tree of Barnes-Hut t-SNE (van der Maaten 2014, section 4.2): cells of points, each divided in four at the middle of the
 * box that its points fill, so that points that coincide end in one leaf. Cells lie in depth-first order, and each knows the
 * first that is not inside it.
 *
 * The native engine (src/native/quadtree.cc) does the same operations in the same order, and gives the same bits.
 */
export class Quadtree {
  /** Which point lies at each place of the tree's own order. */
  readonly order: Uint32Array;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  #cells = 0;
  /** Of each cell: the mean of its points, the square of its box's diagonal, its points' places, the first cell after it. */
  readonly #meanX: Float64Array;
  readonly #meanY: Float64Array;
  readonly #diagonal: Float64Array;
  readonly #first: Uint32Array;
  readonly #last: Uint32Array;
  readonly #next: Uint32Array;

  constructor(readonly points: number) {
    this.order = Uint32Array.from({ length: points }, (_, i) => i);
    this.#x = new Float64Array(points);
    this.#y = new Float64Array(points);
    // A divided cell has at least two in it.
    const cells = 2 * points;
    this.#meanX = new Float64Array(cells);
    this.#meanY = new Float64Array(cells);
    this.#diagonal = new Float64Array(cells);
    this.#first = new Uint32Array(cells);
    this.#last = new Uint32Array(cells);
    this.#next = new Uint32Array(cells);
  }

  /**
   * Takes in points, [points, 2], sorting on from the order before.
   *
   * @returns false where they are so far apart, or no numbers, that nothing can be made of them.
   */
  build(positions: Float64Array): boolean {
    this.#cells = 0;
    for (let place = 0; place < this.points; place++) {
      const x = positions[2 * this.order[place]!]!;
      const y = positions[2 * this.order[place]! + 1]!;
      if (!Number.isFinite(x) || !Number.isFinite(y)) return false;
      this.#x[place] = x;
      this.#y[place] = y;
    }
    if (this.points === 0) return true;
    const { diagonal } = this.#boxOf(0, this.points);
    if (!(diagonal < LARGEST_SQUARE)) return false;
    this.#addCell(0, this.points);
    return true;
  }

  /**
   * What the other points do to the one at a place. A cell counts as so many points at their mean where its diagonal is
   * less than `theta` times its distance; with 0 all points are counted one by one.
   */
  repulsion(place: number, theta: number, into: Repulsion): void {
    const x = this.#x[place]!;
    const y = this.#y[place]!;
    const square = theta * theta;
    let [sumX, sumY, weight] = [0, 0, 0];
    for (let cell = 0; cell < this.#cells; ) {
      const dx = x - this.#meanX[cell]!;
      const dy = y - this.#meanY[cell]!;
      const distance = dx * dx + dy * dy;
      // A point is inside its own cells, whatever rounding makes of their means.
      const outside = place < this.#first[cell]! || place >= this.#last[cell]!;
      if (this.#diagonal[cell]! < square * distance && outside) {
        const q = 1 / (1 + distance);
        const all = (this.#last[cell]! - this.#first[cell]!) * q;
        weight += all;
        sumX += all * q * dx;
        sumY += all * q * dy;
        cell = this.#next[cell]!;
        continue;
      }
      if (this.#next[cell] === cell + 1) {
        for (let other = this.#first[cell]!; other < this.#last[cell]!; other++) {
          if (other === place) continue;
          const ex = x - this.#x[other]!;
          const ey = y - this.#y[other]!;
          const q = 1 / (1 + (ex * ex + ey * ey));
          weight += q;
          sumX += q * q * ex;
          sumY += q * q * ey;
        }
      }
      cell++;
    }
    into.x = sumX;
    into.y = sumY;
    into.weight = weight;
  }

  #boxOf(first: number, last: number): { middleX: number; middleY: number; diagonal: number } {
    let [leastX, leastY] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    let [mostX, mostY] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let place = first; place < last; place++) {
      const x = this.#x[place]!;
      const y = this.#y[place]!;
      if (x < leastX) leastX = x;
      if (x > mostX) mostX = x;
      if (y < leastY) leastY = y;
      if (y > mostY) mostY = y;
    }
    const width = mostX - leastX;
    const height = mostY - leastY;
    return {
      middleX: middle(leastX, mostX),
      middleY: middle(leastY, mostY),
      diagonal: width * width + height * height,
    };
  }

  /** Gives the sums of the cell's coordinates. */
  #addCell(first: number, last: number): [x: number, y: number] {
    const cell = this.#cells++;
    const { middleX, middleY, diagonal } = this.#boxOf(first, last);
    let [sumX, sumY] = [0, 0];
    if (last - first <= LEAF_POINTS || diagonal === 0) {
      for (let place = first; place < last; place++) {
        sumX += this.#x[place]!;
        sumY += this.#y[place]!;
      }
    } else {
      const upper = this.#divide(this.#y, middleY, first, last);
      const ends = [
        this.#divide(this.#x, middleX, first, upper),
        upper,
        this.#divide(this.#x, middleX, upper, last),
        last,
      ];
      let start = first;
      for (const end of ends) {
        if (end > start) {
          const [x, y] = this.#addCell(start, end);
          sumX += x;
          sumY += y;
        }
        start = end;
      }
    }
    this.#meanX[cell] = sumX / (last - first);
    this.#meanY[cell] = sumY / (last - first);
    this.#diagonal[cell] = diagonal;
    this.#first[cell] = first;
    this.#last[cell] = last;
    this.#next[cell] = this.#cells;
    return [sumX, sumY];
  }

  /** Brings those whose coordinate is less than a bound to the front; gives where the others begin. */
  #divide(coordinates: Float64Array, bound: number, first: number, last: number): number {
    let boundary = first;
    for (let place = first; place < last; place++) {
      if (coordinates[place]! < bound) this.#swap(boundary++, place);
    }
    return boundary;
  }

  #swap(a: number, b: number): void {
    const [x, y, point] = [this.#x[a]!, this.#y[a]!, this.order[a]!];
    this.#x[a] = this.#x[b]!;
    this.#y[a] = this.#y[b]!;
    this.order[a] = this.order[b]!;
    this.#x[b] = x;
    this.#y[b] = y;
    this.order[b] = point;
  }
}

/** The middle of an interval, but greater than its start where it has any length: then both sides get a point. */
function middle(least: number, most: number): number {
  const half = (least + most) / 2;
  return half > least ? half : most;
}
