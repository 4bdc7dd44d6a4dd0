/**
 * The two-sided p-value of a correlation of `count` pairs, if they were drawn from independent normal distributions:
 * r sqrt((n-2) / (1-r²)) then follows Student's t distribution with n-2 degrees of freedom, whose two tails are the
 * regularised incomplete beta function I(1-r²; (n-2)/2, 1/2) (Abramowitz and Stegun, 26.7.1 and 26.5.27).
 */
export function twoSidedPValue(coefficient: number, count: number): number {
  if (Number.isNaN(coefficient)) return Number.NaN;
  if (count < 3) return 1;
  return incompleteBeta((1 - coefficient) * (1 + coefficient), (count - 2) / 2, 0.5);
}

/** The regularised incomplete beta function I(x; a, b), for x from 0 to 1. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The continued fraction converges fast below the distribution's mean; above it I(x; a, b) = 1 - I(1-x; b, a).
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b));
  return front / (a * betaFraction(x, a, b));
}

/** The continued fraction 1 + d1/(1 + d2/(1 + …)) of Abramowitz and Stegun, 26.5.8, by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let value = 1;
  let c = 1;
  let d = 0;
  for (let step = 1; step <= 500; step++) {
    const m = step >> 1;
    const term =
      step % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + term * d);
    c = away(1 + term / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}

/** Keeps a divisor from being 0. */
function away(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

/** The logarithm of the gamma function, for x > 0, by Stirling's series where it converges (x of 12 and more). */
function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 12; at++) shift += Math.log(at);
  const inverse = 1 / (at * at);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
