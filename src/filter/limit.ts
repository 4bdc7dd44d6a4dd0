import type { TextBlock } from '../core/blocks.js';
import { throwIfAborted } from '../core/errors.js';
import type { Stage } from '../core/stage.js';
import { originsOf, placesOf } from './places.js';
import { bufferOf } from './unit-filter.js';

const LINE_FEED = 0x0a;

/** Ends after so many units: what comes before is then closed, and reads no more. */
export function limitUnits(count: number): Stage<TextBlock, TextBlock> {
  return async function* limitingUnits(input, { report, signal }) {
    let left = count;
    for await (const block of input) {
      throwIfAborted(signal);
      const { units, end } = firstUnits(bufferOf(block.bytes), left);
      report.count('filter.limit', 'kept', units);
      left -= units;
      yield start(block, units, end);
      if (left === 0) return;
    }
  };
}

/** How many units there are, `most` at most, and where the last of them ends. */
function firstUnits(bytes: Buffer, most: number): { units: number; end: number } {
  let units = 0;
  let end = 0;
  while (units < most && end < bytes.length) {
    end = bytes.indexOf(LINE_FEED, end) + 1 || bytes.length;
    units++;
  }
  return { units, end };
}

/** The first units of a block; without its position, behind which a run would count from the start again. */
function start({ bytes, origins }: TextBlock, units: number, end: number): TextBlock {
  const kept = bytes.subarray(0, end);
  return origins ? { bytes: kept, origins: originsOf(placesOf(origins).slice(0, units)) } : { bytes: kept };
}
