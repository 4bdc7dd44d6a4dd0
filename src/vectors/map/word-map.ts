/** What a map of words shows, as plain data: the renderers make HTML, SVG and PNG of it. */
export interface WordMap {
  /** In the order of their importance: labels of the first ones come first. */
  readonly words: readonly string[];
  /** [words, 2]: x and y of each word in turn, from 0 to 1 on the longer side; y grows downwards. */
  readonly positions: Float64Array;
  /** Width and height of what the positions fill; the larger is 1. */
  readonly extent: readonly [width: number, height: number];
  /** How words were placed. */
  readonly method: 'tsne' | 'pca';
  /** pca: the shares of all variance that lie along x and along y. */
  readonly varianceShares?: readonly [number, number];
  /** For each word its nearest ones in all dimensions, by cosine, best first. */
  readonly neighbours: readonly (readonly NearWord[])[];
  /** How words can be coloured; the first is shown first. */
  readonly colorings: readonly Coloring[];
  /** Pairs of words (their indices) to join by arrows. */
  readonly arrows: readonly (readonly [from: number, to: number])[];
}

/** A word near another: its place in `words`, and their cosine. */
export interface NearWord {
  readonly row: number;
  readonly similarity: number;
}

/** One way to colour words: each belongs to a group. */
export interface Coloring {
  readonly name: ColoringName;
  readonly groups: readonly Group[];
  /** For each word its group. */
  readonly groupOf: readonly number[];
}

export type ColoringName = 'cluster' | 'frequency' | 'category';

/** Words of one colour. */
export interface Group {
  readonly label: string;
  /** A place in `GROUP_COLOURS` or, for groups that have an order, `ORDERED_COLOURS`; undefined for none. */
  readonly colour?: number;
}
