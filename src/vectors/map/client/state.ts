import { COSINE_UNIT, type PageData, UNIT } from '../page-data.js';
import type { Coloring } from '../word-map.js';

/** A word near another: its index, and their cosine. */
export interface Near {
  readonly index: number;
  readonly cosine: number;
}

/** What the page shows, and what is chosen on it. */
export class MapState {
  readonly data: PageData;
  /** Places in units of the map's longer side. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  coloring: Coloring;
  selected: number | undefined;
  hovered: number | undefined;

  constructor(data: PageData) {
    this.data = data;
    this.coloring = data.colorings[0]!;
    this.x = Float64Array.from(data.words, (_, index) => data.positions[2 * index]! / UNIT);
    this.y = Float64Array.from(data.words, (_, index) => data.positions[2 * index + 1]! / UNIT);
  }

  /** The words nearest to one in all dimensions, best first. */
  nearest(index: number): Near[] {
    const flat = this.data.neighbours[index]!;
    return Array.from({ length: flat.length / 2 }, (_, place) => ({
      index: flat[2 * place]!,
      cosine: flat[2 * place + 1]! / COSINE_UNIT,
    }));
  }

  /** The word nearest to a place on the map, within a distance. */
  at(x: number, y: number, within: number): number | undefined {
    let best: number | undefined;
    let least = within * within;
    for (let index = 0; index < this.x.length; index++) {
      const square = (this.x[index]! - x) ** 2 + (this.y[index]! - y) ** 2;
      if (square <= least) [best, least] = [index, square];
    }
    return best;
  }
}

/** Reads what the page holds. */
export function readState(): MapState {
  return new MapState(JSON.parse(document.getElementById('data')!.textContent!) as PageData);
}
