import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WordmillError } from '../errors.js';
import { finalPath } from '../final-path.js';
import { acquireLock, type Lock, type LockOptions } from './lock.js';

/** The locks of what a run writes. */
export interface OutputLocks {
  /** Says in the lock files which run they are held for. */
  name(run: string): void;
  /** @throws WordmillError `tryAgain` where another took one over, since this process stood still for minutes. */
  check(): void;
  /** Lets all of them go, at once; safe to call more than once. */
  release(): void;
}

/**
 * Locks outputs, so that no other run writes them meanwhile: a file `.NAME.lock` beside each. Links to one file share
 * its lock. Outputs that cannot be files (devices, pipes) are left out; who opens them refuses them.
 *
 * @param paths of outputs, files or folders, none of them standard output
 * @throws WordmillError as `acquireLock` does, and then holds none.
 */
export async function lockOutputs(paths: readonly string[], options: LockOptions = {}): Promise<OutputLocks> {
  const locked = new Map<string, string>();
  for (const path of paths) {
    const final = await finalPath(path);
    const there = await stat(final).catch(() => undefined);
    if (!there || there.isFile() || there.isDirectory()) {
      locked.set(join(dirname(final), `.${basename(final)}.lock`), path);
    }
  }
  return takeLocks(locked, options);
}

/**
 * Takes several locks, all or none.
 *
 * @param locked what each is of, for messages, by the path of the lock file
 * @throws WordmillError as `acquireLock` does, and then holds none.
 */
export async function takeLocks(
  locked: ReadonlyMap<string, string>,
  options: LockOptions = {},
): Promise<OutputLocks> {
  const locks: (readonly [Lock, string])[] = [];
  const release = (): void => {
    for (const [lock] of locks) lock.release();
  };
  try {
    // In one order for all, so that of two runs with the same outputs one gets them.
    for (const [file, path] of [...locked].sort(([a], [b]) => (a < b ? -1 : 1))) {
      locks.push([await acquireLock(file, path, options), path]);
    }
  } catch (error) {
    release();
    throw error;
  }
  return {
    release,
    name(run) {
      for (const [lock] of locks) lock.name(run);
    },
    check() {
      const lost = locks.find(([lock]) => !lock.isHeld());
      if (!lost) return;
      throw new WordmillError(
        'tryAgain',
        'another run took over the lock of this output; nothing was written',
        {
          place: { file: lost[1] },
          hint: 'This process stood still for minutes, or its lock was removed. Run it again when the other has ended.',
        },
      );
    },
  };
}
