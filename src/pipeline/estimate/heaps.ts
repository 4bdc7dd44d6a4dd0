import type { Range } from './range.js';

/** What a sample had after so many tokens. */
export interface GrowthPoint {
  readonly tokens: number;
  /** Different words. */
  readonly types: number;
}

/** Points before this share of the sample are left out of the fit: at its start a text grows faster than any law. */
const FITTED_FROM = 0.25;

/**
 * The growth of the number of different words with the length of a text: Heaps' law, types = K * tokens^beta (H. S. Heaps,
 * Information Retrieval, 1978), fitted by least squares to the logarithms of the later points of a sample, and through
 * its last one. Within the sample it is what was counted.
 */
export class Growth {
  readonly beta: number;
  readonly #points: readonly GrowthPoint[];

  /** @param points in order; the last is the whole sample. At least one. */
  constructor(points: readonly GrowthPoint[]) {
    this.#points = points;
    const { tokens } = points.at(-1)!;
    this.beta = slope(points.filter((point) => point.tokens >= FITTED_FROM * tokens));
  }

  /** How many different words a text of so many tokens has. */
  typesAt(tokens: number, beta = this.beta): number {
    const last = this.#points.at(-1)!;
    if (tokens >= last.tokens) return last.types * (tokens / last.tokens) ** beta;
    let before: GrowthPoint = { tokens: 0, types: 0 };
    for (const point of this.#points) {
      if (point.tokens >= tokens) {
        const share = (tokens - before.tokens) / (point.tokens - before.tokens || 1);
        return before.types + share * (point.types - before.types);
      }
      before = point;
    }
    return last.types;
  }

  /**
   * The same with a margin that grows with how far the sample has to be stretched: the exponent falls slowly as texts
   * grow, and differs between texts.
   */
  rangeAt(tokens: Range): Range {
    const { tokens: sampled } = this.#points.at(-1)!;
    const margin = tokens.likely > sampled ? 0.06 : 0;
    return {
      low: this.typesAt(tokens.low, this.beta - 1.5 * margin),
      likely: this.typesAt(tokens.likely, this.beta - margin / 2),
      high: this.typesAt(tokens.high, this.beta + margin / 2),
    };
  }
}

/** The slope of a line through the logarithms of points; 0.6 where there are too few, as English has. */
function slope(points: readonly GrowthPoint[]): number {
  if (points.length < 3) return 0.6;
  const xs = points.map(({ tokens }) => Math.log(tokens));
  const ys = points.map(({ types }) => Math.log(types));
  const mean = (values: readonly number[]) =>
    values.reduce((total, value) => total + value, 0) / values.length;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  const covariance = xs.reduce((total, x, index) => total + (x - meanX) * (ys[index]! - meanY), 0);
  const variance = xs.reduce((total, x) => total + (x - meanX) ** 2, 0);
  return variance === 0 ? 0.6 : Math.min(1, Math.max(0, covariance / variance));
}
