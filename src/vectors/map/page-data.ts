import { CAUTION, titleOf } from './caution.js';
import type { Coloring, WordMap } from './word-map.js';

/** A map as its page holds it, in JSON: numbers are whole and few, since a page holds thousands of words. */
export interface PageData {
  readonly title: string;
  readonly caution: string;
  readonly words: readonly string[];
  /** x and y of each word in turn, in `UNIT`ths of the longer side. */
  readonly positions: readonly number[];
  readonly extent: readonly [number, number];
  /** For each word, in turn: a neighbour, and its cosine in `COSINE_UNIT`ths. */
  readonly neighbours: readonly (readonly number[])[];
  readonly colorings: readonly Coloring[];
  readonly arrows: readonly (readonly [number, number])[];
}

/** Of the longer side of a map: one in so many. */
export const UNIT = 100_000;

/** Of a cosine: one in so many. */
export const COSINE_UNIT = 10_000;

/** What the page of a map holds. */
export function pageData(map: WordMap): PageData {
  return {
    title: titleOf(map),
    caution: CAUTION,
    words: map.words,
    positions: Array.from(map.positions, (value) => Math.round(value * UNIT)),
    extent: map.extent,
    neighbours: map.neighbours.map((near) =>
      near.flatMap(({ row, similarity }) => [row, Math.round(similarity * COSINE_UNIT)]),
    ),
    colorings: map.colorings,
    arrows: map.arrows,
  };
}
