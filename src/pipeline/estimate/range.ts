/** A figure that is estimated: the likeliest value, and between what it should lie. */
export interface Range {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

/** A figure that is known. */
export const exactly = (value: number): Range => ({ low: value, likely: value, high: value });

/** A figure with a margin on both sides, as shares of it. */
export const around = (likely: number, below: number, above = below): Range => ({
  low: likely * (1 - below),
  likely,
  high: likely * (1 + above),
});

/** A range through a function that grows. */
export const mapped = ({ low, likely, high }: Range, grows: (value: number) => number): Range => ({
  low: grows(low),
  likely: grows(likely),
  high: grows(high),
});

export const sum = (...ranges: readonly Range[]): Range => ({
  low: ranges.reduce((total, { low }) => total + low, 0),
  likely: ranges.reduce((total, { likely }) => total + likely, 0),
  high: ranges.reduce((total, { high }) => total + high, 0),
});

export const product = (a: Range, b: Range): Range => ({
  low: a.low * b.low,
  likely: a.likely * b.likely,
  high: a.high * b.high,
});
