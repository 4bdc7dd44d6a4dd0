/** An axis of a chart: from where to where, and what is marked on it. */
export interface Axis {
  readonly least: number;
  readonly most: number;
  readonly ticks: readonly number[];
  /** A tick as text, with as many decimals as tell them apart. */
  label(value: number): string;
}

/**
 * An axis over some values, with round numbers on it: 1, 2 or 5 times a power of ten apart.
 *
 * @param values finite numbers; none give the axis from 0 to 1
 * @param options `fromZero`: whether it begins at 0; `tight`: whether it ends with the values and not at a tick;
 * `ticks`: how many to aim at.
 */
export function axisOver(
  values: readonly number[],
  { fromZero = false, tight = false, ticks: wanted = 4 } = {},
): Axis {
  let least = values.reduce((a, b) => Math.min(a, b), fromZero ? 0 : Infinity);
  let most = values.reduce((a, b) => Math.max(a, b), fromZero ? 0 : -Infinity);
  if (values.length === 0) [least, most] = [0, 1];
  // Values that differ by rounding alone are one value: no ticks would lie between them.
  if (most - least <= 1e-9 * Math.max(Math.abs(least), Math.abs(most))) {
    const room = Math.abs(least) / 2 || 1;
    most += room;
    if (!fromZero) least -= room;
  }
  const step = roundStep((most - least) / wanted);
  if (!tight) {
    least = Math.floor(least / step + 1e-9) * step;
    most = Math.ceil(most / step - 1e-9) * step;
  }
  const ticks: number[] = [];
  // The 0 that is added makes 0 of -0, which would be written with its sign.
  for (let n = Math.ceil(least / step - 1e-9) + 0; n * step <= most + step * 1e-9; n++) ticks.push(n * step);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const large = Math.max(Math.abs(least), Math.abs(most)) >= 10_000;
  return {
    ...{ least, most, ticks },
    label: (value) => (large ? COMPACT.format(value) : (Math.round(value / step) * step).toFixed(decimals)),
  };
}

/** Where a value is on an axis, from 0 to 1. */
export function placeOn({ least, most }: Axis, value: number): number {
  return (value - least) / (most - least);
}

const COMPACT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 });

/** The smallest of 1, 2 and 5 times a power of ten that is at least `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5].find((candidate) => candidate * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}
