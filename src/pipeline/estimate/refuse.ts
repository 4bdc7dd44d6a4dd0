import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describeBytes, type FreeBytes, freeBytes, nearestThere } from '../../core/disk-space.js';
import { WordmillError } from '../../core/errors.js';
import type { DiskNeed } from './disk-needs.js';
import type { Estimate } from './estimate.js';
import { type Range, sum } from './range.js';

/** What several needs take of one disk. */
export interface DiskShare {
  /** A folder on it, the first that is named. */
  readonly folder: string;
  readonly bytes: Range;
  /** Undefined where the system does not say. */
  readonly free: number | undefined;
}

/** The needs of an estimate, by disk. */
export async function byDisk(
  needs: readonly DiskNeed[],
  free: FreeBytes = freeBytes,
): Promise<readonly DiskShare[]> {
  const shares = new Map<number, DiskShare>();
  for (const { folder, bytes } of needs) {
    const device = await deviceOf(resolve(folder));
    const before = shares.get(device);
    shares.set(device, {
      folder: before?.folder ?? folder,
      bytes: before ? sum(before.bytes, bytes) : bytes,
      free: before ? before.free : await free(folder),
    });
  }
  return [...shares.values()];
}

/**
 * Refuses what would not fit even if all goes well; warns of what may not.
 *
 * @param free tests give another measure of free space.
 * @throws WordmillError `outOfMemory` or `inputOutput`, saying what to change.
 */
export async function refuseWhatDoesNotFit(
  { memory, availableMemory, disk }: Pick<Estimate, 'memory' | 'availableMemory' | 'disk'>,
  warn: (message: string) => void,
  free: FreeBytes = freeBytes,
): Promise<void> {
  const { bytes, why } = availableMemory;
  const has = `there are ${describeBytes(bytes)} (${why})`;
  if (memory.low > bytes) {
    throw new WordmillError(
      'outOfMemory',
      `this run needs ${describeBytes(memory.low)} of memory at least; ${has}`,
      {
        hint: 'Take fewer words (vocabulary.maxSize, or a larger vocabulary.minCount) or fewer train.dimensions.',
      },
    );
  }
  if (memory.high > bytes) {
    warn(`this run may need up to ${describeBytes(memory.high)} of memory; ${has}`);
  }
  for (const { folder, bytes: needed, free: left } of await byDisk(disk, free)) {
    if (left === undefined) continue;
    if (needed.low > left) {
      const parts = disk.map(({ what, bytes: { likely } }) => `${what} ${describeBytes(likely)}`).join(', ');
      throw new WordmillError(
        'inputOutput',
        `this run needs ${describeBytes(needed.low)} of disk at least, and ${describeBytes(left)} are free`,
        {
          place: { file: folder },
          hint: `Free some space, or put what is large on another disk (--spool, --runs, TMPDIR, sinks): ${parts}.`,
        },
      );
    }
    if (needed.high > left) {
      warn(
        `${folder}: this run may need up to ${describeBytes(needed.high)} of disk, and ${describeBytes(left)} are free`,
      );
    }
  }
}

async function deviceOf(path: string): Promise<number> {
  const found = await stat(await nearestThere(path)).catch(() => undefined);
  return found?.dev ?? 0;
}
