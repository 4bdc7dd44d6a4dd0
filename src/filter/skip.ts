import type { TextBlock } from '../core/blocks.js';
import type { Stage } from '../core/stage.js';
import { unitFilter } from './unit-filter.js';

/** Leaves out the first units. */
export function skipUnits(count: number): Stage<TextBlock, TextBlock> {
  const open = () => {
    let unit = 0;
    return (): string | undefined => (unit++ < count ? 'at the start' : undefined);
  };
  return unitFilter('filter.skip', open, { goesBy: 'number' });
}
