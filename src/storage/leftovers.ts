import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAbandoned, temporaryName } from '../core/temporary.js';

/**
 * Removes from a folder, of what has a hidden name, what nobody will finish: at once what a process of this machine left that has
 * ended, and of other machines (and containers) what has not changed for long by the clock of the file system. What
 * cannot be listed or removed stays.
 *
 * @param after milliseconds
 */
export async function removeLeftovers(folder: string, after: number): Promise<void> {
  await removeAbandoned(folder);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith('.'));
  if (names.length === 0) return;
  const now = await timeOf(folder);
  if (now === undefined) return;
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (!found || now - found.mtimeMs < after) continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => {});
  }
}

/** The time by the clock of a folder's file system: other machines' clocks may be wrong, and so may ours. */
async function timeOf(folder: string): Promise<number | undefined> {
  const path = join(folder, temporaryName('time'));
  try {
    const file = await open(path, 'wx');
    try {
      // An empty file would have the time of our clock with some servers.
      await file.writeFile('\n');
      await file.sync();
      return (await file.stat()).mtimeMs;
    } finally {
      await file.close();
      await rm(path, { force: true });
    }
  } catch {
    return undefined;
  }
}
