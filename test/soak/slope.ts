/** How much memory a process had when so much was read, both in bytes. */
export interface MemorySample {
  readonly read: number;
  readonly bytes: number;
}

/** By how much memory grows with what is read: the slope of the least-squares line. @throws Error for fewer than 10 samples. */
export function megabytesPerGigabyte(samples: readonly MemorySample[]): number {
  if (samples.length < 10) throw new Error(`${samples.length} samples tell nothing: read more`);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const read = mean(samples.map((sample) => sample.read));
  const bytes = mean(samples.map((sample) => sample.bytes));
  let covariance = 0;
  let variance = 0;
  for (const sample of samples) {
    covariance += (sample.read - read) * (sample.bytes - bytes);
    variance += (sample.read - read) ** 2;
  }
  return (covariance / variance) * 1e3;
}
