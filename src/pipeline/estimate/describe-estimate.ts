import { describeBytes } from '../../core/disk-space.js';
import { duration } from '../../core/quantity.js';
import type { Estimate } from './estimate.js';
import { type Range, sum } from './range.js';

/** An estimate as lines: each figure, and between what it should lie. */
export function describeEstimate(estimate: Estimate): string[] {
  const { sample, textBytes, tokens, types, vocabulary, cells, memory, availableMemory, disk, seconds } =
    estimate;
  const ofFiles = `${sample.files} of ${sample.ofFiles} file${sample.ofFiles === 1 ? '' : 's'}`;
  const lines = [
    `estimate from ${describeBytes(sample.textBytes)} of text, ${counted(sample.tokens)} tokens, of ${ofFiles}`,
    line('text', textBytes, describeBytes),
    line('tokens', tokens, counted),
    line('types', types, counted),
    line('vocabulary', vocabulary, counted),
    ...(cells ? [line('cells', cells, counted)] : []),
    `${line('memory', memory, describeBytes)}, of ${describeBytes(availableMemory.bytes)} (${availableMemory.why})`,
    line('disk', sum(...disk.map(({ bytes }) => bytes)), describeBytes),
    ...disk.map(({ what, folder, bytes }) => `  ${line(what, bytes, describeBytes)}, in ${folder}`),
    line('time', sum(seconds.reading, seconds.training), duration),
    `  ${line('reading', seconds.reading, duration)}`,
    `  ${line('training', seconds.training, duration)}`,
  ];
  return lines;
}

function line(name: string, { low, likely, high }: Range, show: (value: number) => string): string {
  const range = show(low) === show(high) ? '' : `  (${show(low)} to ${show(high)})`;
  return `${name.padEnd(11)} ${show(likely)}${range}`;
}

/** A count in three digits or so. */
function counted(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(2)} G`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  const unit = value >= 1e5 ? 1_000 : value >= 1e4 ? 100 : 1;
  return (Math.round(value / unit) * unit).toLocaleString('en-US');
}
