// Room on the disk for a set-up, and what set-ups that were killed have left.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './lock.mjs';
import { cacheFolder, versions, wheelHere } from './place.mjs';
import { SetupFailure } from './process.mjs';
import { megabytes } from './progress.mjs';
import { wheelPath } from './wheel.mjs';

/** Of a machine without a wheel, where tfjs-node's own installer brings the library. */
const NO_WHEEL = { bytes: 0, unpackedBytes: 700e6, sha256: '' };

/** Bytes free on the cache's disk. */
export async function freeBytes() {
  const { bavail, bsize } = await statfs(cacheFolder);
  return bavail * bsize;
}

/** Throws where so many free bytes are less than the set-up takes while it works. */
export function checkSpace(free) {
  const { wheel = NO_WHEEL } = wheelHere();
  const download = existsSync(wheelPath(wheel)) ? 0 : wheel.bytes;
  const needed = versions.packageBytes + wheel.unpackedBytes + download;
  if (free < needed) {
    throw new SetupFailure(
      `disk space: ${megabytes(needed)} are needed in ${cacheFolder}, ${megabytes(free)} are free (XDG_CACHE_HOME can name another disk)`,
    );
  }
}

/** Removes unfinished folders whose process is gone. Young ones stay: another machine may share the cache. */
export function removeLeftovers() {
  const anHourAgo = Date.now() - 60 * 60 * 1000;
  for (const folder of [cacheFolder, join(cacheFolder, 'downloads')]) {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const pid = /\.?part-(\d+)-/.exec(name)?.[1];
      const path = join(folder, name);
      if (pid && !isAlive(Number(pid)) && statSync(path).mtimeMs < anHourAgo)
        rmSync(path, { recursive: true });
    }
  }
}
