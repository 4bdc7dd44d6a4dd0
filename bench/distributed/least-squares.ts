/** A value, and what it is to be a sum of. */
export interface Observation {
  readonly factors: readonly [number, number];
  readonly value: number;
}

/**
 * The two coefficients, none below zero, with which factors come nearest to values, relative to the values: small ones count as much
 * as large ones.
 */
export function leastSquares(observations: readonly Observation[]): readonly [number, number] {
  const scaled = observations.map(({ factors: [a, b], value }) => [a / value, b / value] as const);
  const sum = (of: (row: readonly [number, number]) => number) =>
    scaled.reduce((total, row) => total + of(row), 0);
  const [aa, ab, bb] = [sum(([a]) => a * a), sum(([a, b]) => a * b), sum(([, b]) => b * b)];
  const [a1, b1] = [sum(([a]) => a), sum(([, b]) => b)];
  const determinant = aa * bb - ab * ab;
  const [first, second] = [(a1 * bb - b1 * ab) / determinant, (b1 * aa - a1 * ab) / determinant];
  if (!(first >= 0)) return [0, b1 / bb];
  if (!(second >= 0)) return [a1 / aa, 0];
  return [first, second];
}
