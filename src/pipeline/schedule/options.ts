import { z } from 'zod';
import { duration } from '../../core/options.js';

/** How runs of a definition follow each other when nobody watches. */
export const scheduleOptions = z.strictObject({
  timeout: duration()
    .optional()
    .describe('End the run after this time (30m, 1h30m), as SIGTERM does: with exit code 75'),
});
