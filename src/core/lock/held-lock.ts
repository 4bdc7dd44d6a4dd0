import { unlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { atExit, notAtExit } from '../at-exit.js';
import { replaceFileNow } from '../replace-file.js';
import { isLockOf, type LockRecord, lockText } from './lock-record.js';

/** A lock that this process holds. */
export interface Lock {
  readonly path: string;
  /** Says in its file which run it is held for. */
  name(run: string): void;
  /** Whether it still is ours: a process that stood still for minutes may have lost it to another machine. */
  isHeld(): boolean;
  /** Lets it go, at once, so that it can be called as the process exits; safe to call more than once. */
  release(): void;
}

/** Holds a lock whose file is there already, and gives a sign of life from time to time. */
export class HeldLock implements Lock {
  #record: LockRecord;
  readonly #timer: NodeJS.Timeout;
  readonly #releaseAtExit = (): void => this.release();
  #beating: Promise<void> = Promise.resolve();
  #released = false;

  /** @param interval milliseconds between signs of life */
  constructor(
    readonly path: string,
    record: LockRecord,
    interval: number,
  ) {
    this.#record = record;
    this.#timer = setInterval(() => {
      this.#beating = this.#beating.then(() => this.#beat());
    }, interval).unref();
    atExit(this.#releaseAtExit);
  }

  name(run: string): void {
    if (!this.isHeld()) return;
    const named = { ...this.#record, run };
    try {
      replaceFileNow(this.path, lockText(named));
      this.#record = named;
    } catch {
      // It is held all the same.
    }
  }

  isHeld(): boolean {
    return !this.#released && isLockOf(this.path, this.#record.token);
  }

  release(): void {
    clearInterval(this.#timer);
    notAtExit(this.#releaseAtExit);
    if (this.isHeld()) {
      try {
        unlinkSync(this.path);
      } catch {
        // It is gone, or its folder is: then nothing holds anybody up.
      }
    }
    this.#released = true;
  }

  /** Writes the last byte anew: the file system then notes its own time, which no clock of ours can spoil. */
  async #beat(): Promise<void> {
    if (!this.isHeld()) return;
    let file: FileHandle | undefined;
    try {
      file = await open(this.path, 'r+');
      await file.write('\n', Buffer.byteLength(lockText(this.#record)) - 1);
      await file.sync();
    } catch {
      // A beat that is missed is made up for by the next.
    } finally {
      await file?.close().catch(() => {});
    }
  }
}
