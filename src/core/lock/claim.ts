import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../errors.js';
import { removeAbandoned, temporaryName } from '../temporary.js';

/** A file that is to become a lock: whole, under a temporary name beside the lock's. */
export interface Candidate {
  readonly temporary: string;
  /** The time of the file system at which it was written, in milliseconds. */
  readonly written: number;
}

/** Writes what a lock is to hold under a temporary name, so that the lock appears with all of its content. */
export async function prepareCandidate(lock: string, content: string): Promise<Candidate> {
  const [folder, name] = [dirname(lock), basename(lock)];
  await removeAbandoned(folder, name);
  const temporary = join(folder, temporaryName(name));
  const file = await open(temporary, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
    return { temporary, written: (await file.stat()).mtimeMs };
  } finally {
    await file.close();
  }
}

/** Errors of file systems that have no hard links: FAT, some network file systems. */
const NO_LINKS: readonly (string | undefined)[] = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'];

/**
 * Gives a candidate the lock's name, unless something has it. Of several processes that try, one succeeds: a hard link
 * is made or is refused, and with it all of the content is there. Where there are no hard links, a file is created
 * exclusively and written afterwards; for that moment it names no owner.
 *
 * @param linkTo makes the hard link; another one for tests
 * @returns whether the name was free
 */
export async function claim({ temporary }: Candidate, lock: string, linkTo = link): Promise<boolean> {
  try {
    await linkTo(temporary, lock);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') {
      // Over a network the answer to a link that was made can be lost, and the link be asked for once more.
      return sameFile(temporary, lock);
    }
    if (!NO_LINKS.includes(systemCode(error))) throw error;
    return createExclusively(lock, await readFile(temporary));
  }
  await rm(temporary, { force: true });
  return true;
}

/** Puts a candidate in the place of a lock that nobody holds any more, in one step. */
export async function replace({ temporary }: Candidate, lock: string): Promise<void> {
  await rename(temporary, lock);
}

async function sameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([a, b].map((path) => stat(path).catch(() => undefined)));
  if (!first || !second || first.ino !== second.ino || first.dev !== second.dev) return false;
  await rm(a, { force: true });
  return true;
}

async function createExclusively(lock: string, content: Uint8Array): Promise<boolean> {
  const file = await open(lock, 'wx').catch((error) => {
    if (systemCode(error) === 'EEXIST') return undefined;
    throw error;
  });
  if (!file) return false;
  try {
    await file.writeFile(content);
    await file.sync();
    return true;
  } catch (error) {
    await rm(lock, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
