export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The sample variance (n - 1). */
export function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/** How our scores compare with a peer's over the same number of seeds. */
export interface Comparison {
  readonly ours: number;
  readonly peer: number;
  readonly standardError: number;
  /** (ours - peer) in standard errors of the difference. */
  readonly inStandardErrors: number;
  /** (ours - peer) / peer. */
  readonly relative: number;
  /** The quality rule: no lower than -2 standard errors and no lower than -3 %. */
  readonly passes: boolean;
}

/** Applies the quality rule to scores by seed. */
export function compareScores(ours: readonly number[], peer: readonly number[]): Comparison {
  const difference = mean(ours) - mean(peer);
  const standardError = Math.sqrt(variance(ours) / ours.length + variance(peer) / peer.length);
  const inStandardErrors = difference / standardError;
  const relative = difference / mean(peer);
  return {
    ours: mean(ours),
    peer: mean(peer),
    standardError,
    inStandardErrors,
    relative,
    passes: inStandardErrors >= -2 && relative >= -0.03,
  };
}
