import { copyFile, link, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { requireSpace } from '../core/disk-space.js';
import { systemCode, WordmillError } from '../core/errors.js';
import { digestOf } from '../core/file-digest.js';
import { outputError } from '../core/outputs.js';
import { temporaryName } from '../core/temporary.js';
import type { Blob } from './blob.js';
import { removeLeftovers } from './leftovers.js';
import { untilAborted } from './until-aborted.js';

/** How many bytes of blobs a machine keeps, where nothing else is said. */
export const CACHE_BYTES = 20e9;

/** No step uses what it fetched for so long: a week, in milliseconds. */
const ABANDONED_AFTER = 7 * 24 * 3600 * 1000;

/** After so long, in milliseconds, what other processes put into the cache is looked for. Looking takes time for each file. */
const LOOK_AGAIN = 15_000;

/** Where room is made, there is some for the next ones too: as a share of the limit that is left full. */
const FULL_AFTERWARDS = 0.98;

const BLOB_NAME = /^[0-9a-f]{64}$/;

/** The folder of a user's cache: `WORDMILL_CACHE`, or `wordmill/blobs` where the desktop keeps caches. */
export function defaultCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.WORDMILL_CACHE) return environment.WORDMILL_CACHE;
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'wordmill', 'blobs');
}

/**
 * A local folder of blobs, which several processes may share. Who uses a blob has a hard link of its own to it, so that
 * it stays whoever removes it from the cache; and the number of links tells that it is in use. Links of processes that
 * were killed are removed by the next.
 */
export class BlobCache {
  readonly folder: string;
  readonly #limit: number;
  /** Blobs that this process has read and found right. */
  readonly #checked = new Set<string>();
  readonly #loading = new Map<string, Promise<void>>();
  /** Bytes of the blobs that are being loaded. */
  #reserved = 0;
  /** Bytes of all blobs, when they were last looked at, with what this process has added since. */
  #filled: { bytes: number; readonly at: number } | undefined;
  #prepared: Promise<void> | undefined;

  /** @param limit bytes that blobs which nobody uses may take */
  constructor(folder: string = defaultCacheFolder(), limit: number = CACHE_BYTES) {
    this.folder = folder;
    this.#limit = limit;
  }

  /**
   * A new folder for links to blobs that are in use. To be removed by who asked for it.
   *
   * @throws WordmillError `cannotCreate` or `inputOutput`
   */
  async newLinks(): Promise<string> {
    await this.#prepare();
    const path = join(this.folder, temporaryName('used'));
    await mkdir(path, { mode: 0o700 }).catch((error) => {
      throw outputError(error, path, 'cache');
    });
    return path;
  }

  /**
   * Makes a blob's content appear at a path: a link to what the cache has, once `load` has put it there.
   *
   * @param path in a folder of `newLinks`
   * @param load writes the right content to a new file; of several calls in this process for one blob, one loads it
   * @throws WordmillError `inputOutput` where there is no room, what `load` throws, and the abort error
   */
  async use(
    blob: Blob,
    path: string,
    signal: AbortSignal,
    load: (file: string) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      if (await this.#linkFound(blob, path, signal)) return;
      const loading = this.#loading.get(blob.sha256);
      if (!loading) break;
      // Where that one fails or is aborted, this call loads it.
      await untilAborted(
        loading.catch(() => {}),
        signal,
      );
    }
    const loading = this.#load(blob, path, load);
    this.#loading.set(blob.sha256, loading);
    try {
      await loading;
    } finally {
      this.#loading.delete(blob.sha256);
    }
  }

  /** Keeps a file that has the right content, if that costs no copy. It must not be changed any more. */
  async keep(blob: Blob, path: string): Promise<void> {
    await this.#prepare();
    await this.#makeRoom(blob.bytes);
    try {
      await link(path, this.#entry(blob));
      this.#added(blob);
    } catch {
      // It is there, or this is another disk.
    }
  }

  /** Links what the cache has of a blob to a path. @returns false where it has nothing that is right. */
  async #linkFound(blob: Blob, path: string, signal: AbortSignal): Promise<boolean> {
    const entry = this.#entry(blob);
    const found = await stat(entry).catch(() => undefined);
    if (!found) return false;
    try {
      await linkOrCopy(entry, path);
    } catch (error) {
      // Another process made room just now.
      if (systemCode(error) === 'ENOENT') return false;
      throw outputError(error, path, 'cache');
    }
    if (found.size === blob.bytes && (await this.#isRight(blob, path, signal))) {
      await utimes(path, new Date(), new Date()).catch(() => {});
      return true;
    }
    await rm(path, { force: true });
    await rm(entry, { force: true });
    return false;
  }

  async #isRight(blob: Blob, path: string, signal: AbortSignal): Promise<boolean> {
    if (this.#checked.has(blob.sha256)) return true;
    if ((await digestOf(path, signal)).sha256 !== blob.sha256) return false;
    this.#checked.add(blob.sha256);
    return true;
  }

  async #load(blob: Blob, path: string, load: (file: string) => Promise<void>): Promise<void> {
    this.#reserved += blob.bytes;
    const temporary = join(this.folder, temporaryName(blob.sha256));
    try {
      await this.#makeRoom(0);
      await requireSpace(this.folder, blob.bytes, 'cache');
      await load(temporary);
      await linkOrCopy(temporary, path);
      await rename(temporary, this.#entry(blob));
      this.#added(blob);
    } catch (error) {
      throw error instanceof WordmillError ? error : outputError(error, path, 'cache');
    } finally {
      this.#reserved -= blob.bytes;
      await rm(temporary, { force: true });
    }
  }

  #added({ sha256, bytes }: Blob): void {
    this.#checked.add(sha256);
    if (this.#filled) this.#filled.bytes += bytes;
  }

  /** Removes what was not used for the longest time, until so many bytes, and those that are coming, fit. */
  async #makeRoom(bytes: number): Promise<void> {
    const coming = bytes + this.#reserved;
    const at = performance.now();
    if (this.#filled && at - this.#filled.at < LOOK_AGAIN && this.#filled.bytes + coming <= this.#limit)
      return;
    const names = (await readdir(this.folder).catch(() => [])).filter((name) => BLOB_NAME.test(name));
    const paths = names.map((name) => join(this.folder, name));
    const found = await Promise.all(
      paths.map(async (path) => ({ path, found: await stat(path).catch(() => undefined) })),
    );
    const filled = { bytes: found.reduce((sum, entry) => sum + (entry.found?.size ?? 0), 0), at };
    this.#filled = filled;
    if (filled.bytes + coming <= this.#limit) return;
    for (const entry of found.sort((a, b) => (a.found?.mtimeMs ?? 0) - (b.found?.mtimeMs ?? 0))) {
      if (filled.bytes + coming <= FULL_AFTERWARDS * this.#limit) return;
      // One that has other links is in use: without its name here it would take as much room.
      if (entry.found?.nlink !== 1) continue;
      await rm(entry.path, { force: true });
      filled.bytes -= entry.found.size;
    }
  }

  async #prepare(): Promise<void> {
    this.#prepared ??= (async () => {
      await mkdir(this.folder, { recursive: true, mode: 0o700 }).catch((error) => {
        throw outputError(error, this.folder, 'cache');
      });
      await removeLeftovers(this.folder, ABANDONED_AFTER);
    })();
    try {
      await this.#prepared;
    } catch (error) {
      this.#prepared = undefined;
      throw error;
    }
  }

  #entry({ sha256 }: Blob): string {
    return join(this.folder, sha256);
  }
}

/** A second name for a file, or a copy where there are no hard links. One that is there already stays. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return;
    if (code === 'ENOENT') throw error;
    await copyFile(from, to);
  }
}
