import type { TextBlock } from '../core/blocks.js';
import { Random, STREAMS } from '../core/random.js';
import type { Stage } from '../core/stage.js';
import { DEFAULT_DRAW_SEED } from './options.js';
import { unitFilter } from './unit-filter.js';

const TWO_TO_32 = 0x1_0000_0000;

/** How a sample is drawn. */
export interface SampleSettings {
  /** Each unit is kept with this probability. */
  readonly share: number;
  /** 1 by default. */
  readonly seed?: number | undefined;
  /** The number of the first unit that comes, 0 by default; where others were passed over before. */
  readonly firstUnit?: number | undefined;
}

/** Keeps a share of the units; whether one is kept depends on the seed and the unit's number alone. */
export function sampleUnits(settings: SampleSettings): Stage<TextBlock, TextBlock> {
  const { share, seed = DEFAULT_DRAW_SEED, firstUnit = 0 } = settings;
  const open = () => {
    let unit = firstUnit;
    let high = -1;
    let random = new Random();
    return (): string | undefined => {
      if (Math.floor(unit / TWO_TO_32) !== high) {
        high = Math.floor(unit / TWO_TO_32);
        random = new Random(seed, STREAMS.sampledUnits, high);
      }
      const kept = random.fork(unit % TWO_TO_32).unit() < share;
      unit++;
      return kept ? undefined : 'not drawn';
    };
  };
  return unitFilter('filter.sample', open, { goesBy: 'number' });
}
