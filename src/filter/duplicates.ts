import type { TextBlock } from '../core/blocks.js';
import type { Stage, StageContext } from '../core/stage.js';
import { hash128 } from './hash.js';
import { HashSet } from './hash-set.js';
import { DEFAULT_UNIQUE_MEMORY } from './options.js';
import { type Judge, unitFilter } from './unit-filter.js';

/**
 * Leaves out units that were there before, byte for byte; empty ones go on. Units are remembered by 64 bits of their
 * MurmurHash3, so that among n different ones the chance that any is left out wrongly is below n² / 2^65: 3 in a million
 * for ten million, 3 in ten thousand for a hundred million.
 *
 * @param megabytes for hashes, at 8 bytes a slot: 1024, the default, hold 53 million different units. When they are full
 *   those that come are compared with the ones that are remembered, and a warning is given.
 */
export function duplicateFilter(megabytes = DEFAULT_UNIQUE_MEMORY): Stage<TextBlock, TextBlock> {
  const open = ({ report }: StageContext): Judge => {
    const seen = new HashSet(megabytes * 1e6);
    const hash = new Uint32Array(4);
    return (bytes, start, end) => {
      if (start === end) return undefined;
      hash128(bytes, start, end, 0, hash);
      const state = seen.add(hash[0]!, hash[1]!);
      if (state === 'full') {
        report.count('filter.unique', 'notRemembered');
        report.warn(
          'unique memory',
          `the memory for unique units (${megabytes} MB) is full after ${seen.size.toLocaleString('en-US')} units: later units are compared with these only. --unique-memory gives more.`,
        );
      }
      return state === 'known' ? 'seen before' : undefined;
    };
  };
  return unitFilter('filter.unique', open, { goesBy: 'memory' });
}
