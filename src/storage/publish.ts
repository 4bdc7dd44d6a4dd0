import { createHash } from 'node:crypto';
import { link, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { abortError, systemCode, throwIfAborted, WordmillError } from '../core/errors.js';
import { acquireLock, type Lock } from '../core/lock/lock.js';

/** Errors of file systems that have no hard links: FAT, some network file systems. */
const NO_LINKS: readonly (string | undefined)[] = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'];

/** Milliseconds between looks at a lock that another holds. */
const LOOK_AGAIN = 100;

/** What publishing needs besides two names. */
export interface Publishing {
  /** A folder for locks. */
  readonly locks: string;
  readonly signal?: AbortSignal | undefined;
  /** Makes a hard link; another one for tests. */
  readonly linkTo?: typeof link | undefined;
}

/**
 * Gives a whole file its final name, unless something has it: of several processes that try, on any machine, one
 * succeeds. The temporary name is gone afterwards.
 *
 * A hard link does it in one step. Where there are none the file is renamed, which would replace what is there; so the
 * name is locked for it.
 *
 * @returns whether the name was free
 * @throws the system's error
 */
export async function publish(temporary: string, final: string, publishing: Publishing): Promise<boolean> {
  const { linkTo = link } = publishing;
  try {
    await linkTo(temporary, final);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') {
      // Over a network the answer to a link that was made can be lost, and the link be asked for once more.
      const ours = await isSameFile(temporary, final);
      await rm(temporary, { force: true });
      return ours;
    }
    if (!NO_LINKS.includes(code)) throw error;
    return renameUnderLock(temporary, final, publishing);
  }
  await rm(temporary, { force: true });
  return true;
}

async function renameUnderLock(
  temporary: string,
  final: string,
  { locks, signal }: Publishing,
): Promise<boolean> {
  const name = createHash('sha256').update(final).digest('hex').slice(0, 32);
  const lock = await waitForLock(join(locks, `.${name}.lock`), final, signal);
  try {
    if (await stat(final).catch(() => undefined)) {
      await rm(temporary, { force: true });
      return false;
    }
    if (!lock.isHeld()) {
      throw new WordmillError('tryAgain', 'the lock of this was taken over', { place: { file: final } });
    }
    await rename(temporary, final);
    return true;
  } finally {
    lock.release();
  }
}

/** Who holds it writes no more than a name: it is free soon, or stale and taken over. */
async function waitForLock(path: string, what: string, signal: AbortSignal | undefined): Promise<Lock> {
  for (;;) {
    if (signal) throwIfAborted(signal);
    try {
      return await acquireLock(path, what, signal && { signal });
    } catch (error) {
      if (!(error instanceof WordmillError) || error.kind !== 'tryAgain') throw error;
    }
    await sleep(LOOK_AGAIN, undefined, signal && { signal }).catch(() => {
      throw abortError(signal!);
    });
  }
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([a, b].map((path) => stat(path).catch(() => undefined)));
  return first !== undefined && second !== undefined && first.ino === second.ino && first.dev === second.dev;
}
