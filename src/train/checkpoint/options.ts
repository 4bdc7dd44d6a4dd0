import { z } from 'zod';
import { wholeNumber } from '../../core/options.js';

/** When training writes down where it is, to go on from after an interruption (docs/checkpoints.md). */
export const checkpointOptions = z.strictObject({
  interval: z
    .number()
    .min(0)
    .default(300)
    .describe('Seconds of training between checkpoints; 0 for one only when it is interrupted')
    .meta({ flag: 'checkpoint-interval' }),
  keep: wholeNumber(1, 1_000)
    .default(2)
    .describe('How many checkpoints are kept, the newest')
    .meta({ flag: 'checkpoint-keep' }),
  everyEpoch: z
    .boolean()
    .default(false)
    .describe('Write one at the end of every epoch, however short')
    .meta({ flag: 'checkpoint-every-epoch' }),
});

/** How checkpoints are written, all defaults filled in. */
export type CheckpointOptions = z.output<typeof checkpointOptions>;
