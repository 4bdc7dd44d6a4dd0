import { stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { WordmillError } from './errors.js';
import { type FileUse, spaceHint } from './outputs.js';

/** How many bytes a path's disk has left; undefined where that cannot be known. */
export type FreeBytes = (path: string) => Promise<number | undefined>;

/**
 * How many bytes are free, for this user, on the disk of a path, which need not be there yet. Undefined where the system
 * does not say: some file systems over a network report no size, or nothing free, and take what is written all the same.
 */
export const freeBytes: FreeBytes = async (path) => {
  const found = await statfs(await nearestThere(resolve(path))).catch(() => undefined);
  if (!found || found.blocks === 0 || found.bavail === 0) return undefined;
  return found.bavail * found.bsize;
};

/**
 * Refuses to begin to write what would not fit.
 *
 * @param bytes what is known to be needed at least.
 * @throws WordmillError `inputOutput`, with what is needed and what is there.
 */
export async function requireSpace(
  path: string,
  bytes: number,
  what: FileUse,
  free: FreeBytes = freeBytes,
): Promise<void> {
  const left = await free(path);
  if (left === undefined || bytes <= left) return;
  throw new WordmillError(
    'inputOutput',
    `not enough space for this ${what}: it needs ${describeBytes(bytes)}, and ${describeBytes(left)} are free`,
    { place: { file: path }, hint: spaceHint(what) },
  );
}

/** Bytes as people read them: `1.5 GB`, in powers of 1,000. */
export function describeBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let amount = bytes;
  while (amount >= 1_000 && unit < units.length - 1) {
    amount /= 1_000;
    unit++;
  }
  return `${unit === 0 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`;
}

/** A path, or the nearest folder above it that is there. */
export async function nearestThere(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    if ((await stat(at).catch(() => undefined)) || dirname(at) === at) return at;
  }
}
