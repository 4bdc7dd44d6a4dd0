import type { Progress } from './report.js';

/** `12.3 MB`, `1,234 words`, `1.23 M words` */
export function quantity(value: number, unit: Progress['unit']): string {
  const [number, scale] = scaled(value, unit);
  return unit === 'bytes' ? `${number} ${scale}B` : `${number} ${scale}${scale && ' '}${unit}`;
}

/** `3.1 of 12.3 MB`, in the scale of the whole. */
export function portion(done: number, total: number, unit: Progress['unit']): string {
  const [whole, scale, divisor] = scaled(total, unit);
  const part = divisor === 1 ? done.toLocaleString('en-US') : (done / divisor).toFixed(decimals(whole));
  return `${part} of ${whole} ${unit === 'bytes' ? `${scale}B` : `${scale}${scale && ' '}${unit}`}`;
}

/** `1 shard`, `3 shards` */
export function counted(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}

/** `1:02:03` or `2:03` */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function scaled(value: number, unit: Progress['unit']): [number: string, scale: string, divisor: number] {
  const plainUpTo = unit === 'bytes' ? 1e3 : 1e4;
  if (value < plainUpTo) return [Math.round(value).toLocaleString('en-US'), '', 1];
  if (value < 1e6) return [(value / 1e3).toFixed(1), 'k', 1e3];
  if (value < 1e9) return [(value / 1e6).toFixed(unit === 'bytes' ? 1 : 2), 'M', 1e6];
  return [(value / 1e9).toFixed(2), 'G', 1e9];
}

function decimals(number: string): number {
  return number.length - 1 - number.indexOf('.');
}
