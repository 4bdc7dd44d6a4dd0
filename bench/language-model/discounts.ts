/** What is taken off an n-gram's count where that is 1, 2, and 3 or more. */
export type Discounts = readonly [one: number, two: number, threeOrMore: number];

/** `modified`: three discounts an order (Chen & Goodman 1998); `single`: one (Kneser & Ney 1995, Ney et al. 1994). */
export type Smoothing = 'modified' | 'single';

/** The discounts of one order. */
export interface OrderDiscounts {
  readonly values: Discounts;
  /** False where the counts do not allow an estimate, and the fallback stands. */
  readonly estimated: boolean;
}

/** Where nothing can be estimated: half of each count up to 3. What lmplz takes as well with `--discount_fallback`. */
export const FALLBACK: Record<Smoothing, Discounts> = { modified: [0.5, 1, 1.5], single: [0.5, 0.5, 0.5] };

/**
 * Estimates discounts from n1 … n4, the numbers of n-grams with the counts 1 … 4. With Y = n1 / (n1 + 2 n2):
 * D1 = 1 - 2 Y n2 / n1, D2 = 2 - 3 Y n3 / n2, D3+ = 3 - 4 Y n4 / n3 (Chen & Goodman 1998, equation 26); with one
 * discount D = Y (their equation 17). The fallback stands where a divisor is 0 or a discount would be below 0.
 */
export function estimateDiscounts(counts: Uint32Array, smoothing: Smoothing): OrderDiscounts {
  const [n1, n2, n3, n4] = countsOfCounts(counts);
  const y = n1 / (n1 + 2 * n2);
  const values: Discounts =
    smoothing === 'single'
      ? [y, y, y]
      : [1 - (2 * y * n2) / n1, 2 - (3 * y * n3) / n2, 3 - (4 * y * n4) / n3];
  const possible = n1 > 0 && values.every((value) => Number.isFinite(value) && value >= 0);
  return possible ? { values, estimated: true } : { values: FALLBACK[smoothing], estimated: false };
}

function countsOfCounts(counts: Uint32Array): [number, number, number, number] {
  const result: [number, number, number, number] = [0, 0, 0, 0];
  for (const count of counts) if (count >= 1 && count <= 4) result[(count - 1) as 0 | 1 | 2 | 3]++;
  return result;
}
