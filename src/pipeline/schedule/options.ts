import { z } from 'zod';
import { duration, wholeNumber } from '../../core/options.js';

/** A folder of outputs that change as a set. */
export const outputOptions = z.strictObject({
  folder: z
    .string()
    .min(1)
    .meta({ flag: 'output-folder' })
    .describe(
      'Write into runs/ID of this folder, and switch its link current to that when all is there; outputs are names in it',
    ),
  keep: wholeNumber(1)
    .default(3)
    .describe('How many runs that succeeded to keep in the folder, the current one among them'),
});

/** How runs of a definition follow each other when nobody watches. */
export const scheduleOptions = z.strictObject({
  output: outputOptions
    .optional()
    .describe('A folder whose outputs change as a set; without it, each output has a path of its own'),
  timeout: duration()
    .optional()
    .describe('End the run after this time (30m, 1h30m), as SIGTERM does: with exit code 75'),
  metrics: z
    .string()
    .min(1)
    .optional()
    .describe('Write figures of the run for Prometheus to this file (.prom), however it ends'),
});

export type OutputOptions = z.output<typeof outputOptions>;
