import type { FileUse } from '../core/outputs.js';
import type { StageContext } from '../core/stage.js';

/** While a file grows its disk must have room for so much more; looked at whenever so much has been written. */
const SPACE_STEP = 16e6;

/**
 * Watches over a file that grows, so that it ends before its disk is full.
 *
 * @param path of it, or of its folder
 * @param what it is
 * @returns what `SpoolMeans.space` asks for: to be called with the file's size from time to time; it throws what
 * `requireSpace` throws.
 */
export function watchSpace(
  path: string,
  { requireSpace }: Pick<StageContext, 'requireSpace'>,
  what: FileUse = 'spool',
): (written: number) => Promise<void> {
  let next = SPACE_STEP;
  return async (written) => {
    if (written < next) return;
    next = written + SPACE_STEP;
    await requireSpace(path, SPACE_STEP, what);
  };
}
