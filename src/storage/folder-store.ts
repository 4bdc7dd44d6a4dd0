import { createReadStream, type Dirent } from 'node:fs';
import {
  type FileHandle,
  type link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { systemCode, throwIfAborted, WordmillError } from '../core/errors.js';
import { syncFolder } from '../core/final-path.js';
import { temporaryName } from '../core/temporary.js';
import { CHUNK_BYTES, copyNew } from './copy-file.js';
import { folderError } from './folder-errors.js';
import { requireKey, requirePrefix } from './keys.js';
import { removeLeftovers } from './leftovers.js';
import type { ObjectStore } from './object-store.js';
import { publish } from './publish.js';

/** Where unfinished files lie, below the folder. No part of a key begins with a dot. */
const UNFINISHED = '.unfinished';

/** Nothing is written for so long without a change: a day, in milliseconds. */
const ABANDONED_AFTER = 24 * 3600 * 1000;

/** More removals of an empty folder just as something is put into it than can be seen within one call. */
const MOST_ROUNDS = 20;

/**
 * A folder that all machines of a run share, such as one on NFS: an object is a file, its key the path below the folder.
 *
 * A file is written under a temporary name, flushed to the disk, and then gets its final name by a hard link, which
 * succeeds for one process only. So no file is ever seen in parts, also after `kill -9`; what a killed process left is
 * removed by the next process that writes.
 */
export class FolderStore implements ObjectStore {
  readonly name: string;
  readonly #folder: string;
  readonly #unfinished: string;
  readonly #linkTo: typeof link | undefined;
  #prepared: Promise<void> | undefined;

  /** @param linkTo makes hard links; another one for tests */
  constructor(folder: string, linkTo?: typeof link) {
    this.#folder = resolve(folder);
    this.name = this.#folder;
    this.#unfinished = join(this.#folder, UNFINISHED);
    this.#linkTo = linkTo;
  }

  putFile(key: string, path: string, signal?: AbortSignal): Promise<boolean> {
    const from = () => createReadStream(path, { highWaterMark: CHUNK_BYTES });
    return this.#put(key, (temporary) => copyNew(from(), temporary, { signal, flush: true }), signal);
  }

  putBytes(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<boolean> {
    return this.#put(key, (temporary) => writeFile(temporary, bytes, { flag: 'wx', flush: true }), signal);
  }

  async getFile(key: string, path: string, signal?: AbortSignal): Promise<boolean> {
    const temporary = join(dirname(path), temporaryName(basename(path)));
    try {
      const from = await this.#look(key, signal, openFile);
      if (!from) return false;
      // What is lost of it with the power is fetched again: the cache checks what it finds.
      await copyNew(from.createReadStream({ highWaterMark: CHUNK_BYTES }), temporary, {
        signal,
        flush: false,
      });
      await rename(temporary, path);
      return true;
    } catch (error) {
      throw this.#error(error, key);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  getBytes(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    return this.#look(key, signal, (path) => readFile(path));
  }

  size(key: string, signal?: AbortSignal): Promise<number | undefined> {
    return this.#look(key, signal, async (path) => {
      const found = await stat(path);
      return found.isFile() ? found.size : undefined;
    });
  }

  async *list(prefix: string, signal?: AbortSignal, after = ''): AsyncGenerator<string> {
    requirePrefix(prefix);
    const last = prefix.lastIndexOf('/') + 1;
    yield* this.#below(prefix.slice(0, last), prefix, after, signal);
  }

  async remove(key: string, signal?: AbortSignal): Promise<void> {
    const path = this.#path(key);
    if (signal) throwIfAborted(signal);
    try {
      await rm(path, { force: true });
      // Folders that are empty now; a put that is about to use one makes it again.
      for (let folder = dirname(path); folder !== this.#folder; folder = dirname(folder)) await rmdir(folder);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) {
        throw this.#error(error, key);
      }
    }
  }

  async close(): Promise<void> {}

  async #put(
    key: string,
    write: (temporary: string) => Promise<void>,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const final = this.#path(key);
    if ((await this.size(key, signal)) !== undefined) return false;
    await this.#prepare();
    const temporary = join(this.#unfinished, temporaryName(basename(key)));
    try {
      await write(temporary);
      if (signal) throwIfAborted(signal);
      const written = await this.#publish(temporary, final, signal);
      await syncFolder(dirname(final));
      return written;
    } catch (error) {
      throw this.#error(error, key);
    } finally {
      await rm(temporary, { force: true }).catch(() => {});
    }
  }

  async #publish(temporary: string, final: string, signal: AbortSignal | undefined): Promise<boolean> {
    for (let round = 1; ; round++) {
      const made = await mkdir(dirname(final), { recursive: true });
      if (made !== undefined) await syncFolder(dirname(made));
      try {
        return await publish(temporary, final, { locks: this.#unfinished, signal, linkTo: this.#linkTo });
      } catch (error) {
        if (systemCode(error) !== 'ENOENT' || round === MOST_ROUNDS) throw error;
      }
    }
  }

  /** Makes the folder, though not the one that it is in: that may be a disk that is not there; and cleans it, once. */
  async #prepare(): Promise<void> {
    this.#prepared ??= (async () => {
      for (const folder of [this.#folder, this.#unfinished]) {
        await mkdir(folder).catch((error) => {
          if (systemCode(error) !== 'EEXIST') throw folderError(error, folder);
        });
      }
      await removeLeftovers(this.#unfinished, ABANDONED_AFTER);
    })();
    try {
      await this.#prepared;
    } catch (error) {
      this.#prepared = undefined;
      throw error;
    }
  }

  /** What `read` makes of an object's file; undefined where there is none. */
  async #look<Result>(
    key: string,
    signal: AbortSignal | undefined,
    read: (path: string) => Promise<Result>,
  ): Promise<Result | undefined> {
    const path = this.#path(key);
    for (let round = 1; ; round++) {
      if (signal) throwIfAborted(signal);
      try {
        return await read(path);
      } catch (error) {
        if (!isMissing(error)) throw this.#error(error, key);
        if (round === 2) return undefined;
        // NFS remembers for a while that a name was not there; opening its folder makes it ask the server.
        await (await open(dirname(path), 'r').catch(() => undefined))?.close();
      }
    }
  }

  async *#below(
    folder: string,
    prefix: string,
    after: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<string> {
    if (signal) throwIfAborted(signal);
    const entries = await readdir(join(this.#folder, folder), { withFileTypes: true }).catch((error) => {
      if (isMissing(error)) return [];
      throw folderError(error, this.#folder);
    });
    // A folder's keys go on with a slash, which comes after '-' and '.' and before letters.
    const names = entries.filter(({ name }) => !name.startsWith('.')).map(nameInOrder);
    for (const name of names.sort((a, b) => (a < b ? -1 : 1))) {
      const key = folder + name;
      if (!name.endsWith('/')) {
        if (key.startsWith(prefix) && key > after) yield key;
      } else if (overlap(key, prefix) && (key > after || after.startsWith(key))) {
        yield* this.#below(key, prefix, after, signal);
      }
    }
  }

  #path(key: string): string {
    requireKey(key);
    return join(this.#folder, key);
  }

  #error(error: unknown, key: string): WordmillError {
    return error instanceof WordmillError ? error : folderError(error, join(this.#folder, key));
  }
}

async function openFile(path: string): Promise<FileHandle | undefined> {
  const file = await open(path, 'r');
  if ((await file.stat()).isFile()) return file;
  await file.close();
  return undefined;
}

function nameInOrder(entry: Dirent): string {
  return entry.isDirectory() ? `${entry.name}/` : entry.name;
}

function overlap(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

/** A folder is no object either. */
function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '');
}
