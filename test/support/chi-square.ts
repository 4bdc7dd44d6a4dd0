/**
 * Pearson's chi-square test: how likely counts at least this far from what is expected are, if the expectation holds.
 * Bins that expect fewer than 5 are put together, as the test's approximation wants.
 */
export function chiSquarePValue(observed: ArrayLike<number>, expected: ArrayLike<number>): number {
  let statistic = 0;
  let bins = 0;
  let restObserved = 0;
  let restExpected = 0;
  const addBin = (seen: number, wanted: number): void => {
    statistic += (seen - wanted) ** 2 / wanted;
    bins++;
  };
  for (let bin = 0; bin < expected.length; bin++) {
    if (expected[bin]! >= 5) {
      addBin(observed[bin]!, expected[bin]!);
    } else {
      restObserved += observed[bin]!;
      restExpected += expected[bin]!;
    }
  }
  if (restExpected > 0) addBin(restObserved, restExpected);
  return chiSquareTail(statistic, bins - 1);
}

/** P(X >= x) for a chi-square variable: the regularised upper incomplete gamma function Q(degrees/2, x/2). */
export function chiSquareTail(x: number, degrees: number): number {
  const a = degrees / 2;
  const z = x / 2;
  if (z <= 0) return 1;
  const front = Math.exp(a * Math.log(z) - z - logGamma(a));
  if (z < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * 1e-15; n++) {
      term *= z / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  // Lentz's method for the continued fraction, which converges where the series does not.
  let b = z + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 10_000; n++) {
    const step = n * (a - n);
    b += 2;
    d = 1 / (b + step * d);
    c = b + step / c;
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** Stirling's series, after moving the argument up to where it is exact. */
function logGamma(x: number): number {
  let shift = 0;
  while (x < 15) shift += Math.log(x++);
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + 1 / (12 * x) - 1 / (360 * x ** 3) - shift;
}
