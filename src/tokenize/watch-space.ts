import type { StageContext } from '../core/stage.js';

/** While a spool grows its disk must have room for so much more; looked at whenever so much has been written. */
const SPACE_STEP = 16e6;

/** To be called with the size of a file in a folder as it grows: throws where the disk has no space for more. */
export function watchSpace(folder: string, context: StageContext): (bytes: number) => Promise<void> {
  let next = SPACE_STEP;
  return async (bytes) => {
    if (bytes < next) return;
    next = bytes + SPACE_STEP;
    await context.requireSpace(folder, SPACE_STEP, 'spool');
  };
}
