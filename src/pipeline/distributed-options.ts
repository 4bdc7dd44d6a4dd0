import { z } from 'zod';
import { wholeNumber } from '../core/options.js';

/** How a run is shared out where several machines do it. What comes out depends on both numbers. */
export const distributedOptions = z.strictObject({
  shards: wholeNumber(1, 100_000)
    .default(4)
    .describe('Into how many parts the corpus is cut; as many workers at most train at once'),
  roundsPerEpoch: wholeNumber(1, 100_000)
    .default(4)
    .describe('How often in an epoch the models that shards have trained are averaged'),
});

/** How a run is shared out, all defaults filled in. */
export type DistributedOptions = z.output<typeof distributedOptions>;
