import { rmdirSync, rmSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { atExit, notAtExit } from './at-exit.js';
import { isOutOfMemory, systemCode, WordmillError } from './errors.js';
import { finalPath, syncFolder } from './final-path.js';
import { removeAbandoned, temporaryName } from './temporary.js';
import { writeFully } from './whole-io.js';

/** A file that is being written under a temporary name beside its final one. */
export interface StagedFile {
  /** The final path, as the user gave it. */
  readonly path: string;
  /** Where its bytes are until the run commits, for writers that open files themselves. */
  readonly temporary: string;
  /** Appends bytes; resolves once the system has taken them. */
  write(bytes: Uint8Array): Promise<void>;
  /** Replaces bytes written before, at a position (a header whose numbers are known last). */
  writeAt(bytes: Uint8Array, position: number): Promise<void>;
  /** Says that the content is whole; flushed to disk. The final name appears when the run commits. */
  finish(): Promise<void>;
}

/**
 * The files that a run writes. Each is written under a temporary name in its final folder; `commit` renames all of
 * them once all are whole. A final name thus never holds half a file, and a run that fails leaves what was there.
 * (Several renames are several steps: a power cut between two of them can leave some files new and some old.)
 */
export class OutputSet {
  readonly #files: Staged[] = [];
  /** Folders that were made for them. */
  readonly #folders: string[] = [];
  readonly #removeAtExit = (): void => {
    for (const file of this.#files) file.removeNow();
    for (const folder of this.#folders) removeIfEmptyNow(folder);
  };

  /**
   * Opens a file for writing.
   *
   * @throws WordmillError `cannotCreate` when the folder is missing or not writable, or the path is a folder, a device
   * or a pipe, or is taken by another output of this run.
   */
  async create(path: string): Promise<StagedFile> {
    const final = await finalPath(path);
    if (this.#files.some((file) => file.final === final)) {
      throw new WordmillError('cannotCreate', 'two outputs would be written to this one file', {
        place: { file: path },
        hint: 'Give each output a path of its own.',
      });
    }
    const existing = await stat(final).catch(() => undefined);
    if (existing?.isDirectory()) {
      throw new WordmillError('cannotCreate', 'this is a folder; an output needs the name of a file', {
        place: { file: path },
      });
    }
    if (existing && !existing.isFile()) {
      // A rename would put a file in the place of the device, for every program to find.
      throw new WordmillError('cannotCreate', 'this is a device or a pipe; an output would take its place', {
        place: { file: path },
        hint: 'Give - for standard output, and redirect that.',
      });
    }
    await removeAbandoned(dirname(final), basename(final));
    const temporary = join(dirname(final), temporaryName(basename(final)));
    let handle: FileHandle;
    try {
      handle = await open(temporary, 'wx');
    } catch (error) {
      throw outputError(error, path);
    }
    const file = new Staged(path, final, temporary, existing !== undefined, handle);
    if (this.#files.length === 0) atExit(this.#removeAtExit);
    this.#files.push(file);
    return file;
  }

  /** The files of the run, finished or not, in the order of their creation; none of those that have their final names. */
  get files(): readonly Pick<StagedFile, 'path' | 'temporary'>[] {
    return this.#files;
  }

  /**
   * Makes a folder for outputs, unless it is there. Where the run fails it is removed again.
   *
   * @throws WordmillError `cannotCreate` where there can be none: its own folder is missing, or a file has its name.
   */
  async createFolder(path: string): Promise<void> {
    if ((await stat(path).catch(() => undefined))?.isDirectory()) return;
    try {
      await mkdir(path);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw outputError(error, path);
      throw new WordmillError('cannotCreate', 'this is a file; this output needs the name of a folder', {
        place: { file: path },
        cause: error,
      });
    }
    this.#folders.push(path);
  }

  /**
   * Refuses to go on if a file that is about to be read would be replaced by an output of this run: the corpus would
   * be lost. Sources call it before they read.
   *
   * @throws WordmillError `usage`
   */
  async refuseToReplace(inputs: readonly string[]): Promise<void> {
    const replaced = new Set(this.#files.filter(({ replaces }) => replaces).map(({ final }) => final));
    if (replaced.size === 0) return;
    for (const input of inputs) {
      if (!replaced.has(await finalPath(input))) continue;
      throw new WordmillError('usage', 'this file would be read and then replaced by an output', {
        place: { file: input },
        hint: 'Give the output another path, or leave this file out of what is read.',
      });
    }
  }

  /** Renames every file to its final name; all must be finished. Returns the final paths. */
  async commit(): Promise<string[]> {
    const unfinished = this.#files.find((file) => !file.finished);
    if (unfinished) {
      throw new WordmillError('internal', 'this output was not finished before commit', {
        place: { file: unfinished.path },
      });
    }
    const paths: string[] = [];
    while (this.#files.length > 0) {
      const file = this.#files[0]!;
      try {
        await rename(file.temporary, file.final);
      } catch (error) {
        throw outputError(error, file.path);
      }
      this.#files.shift();
      paths.push(file.path);
      await syncFolder(dirname(file.final));
    }
    this.#folders.length = 0;
    notAtExit(this.#removeAtExit);
    return paths;
  }

  /** Removes what has not been committed. Safe to call at any time, more than once. */
  async discard(): Promise<void> {
    for (const file of this.#files.splice(0)) await file.discard();
    // One that holds something is kept.
    for (const folder of this.#folders.splice(0)) await rmdir(folder).catch(() => {});
    notAtExit(this.#removeAtExit);
  }
}

function removeIfEmptyNow(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It holds something, or is gone.
  }
}

class Staged implements StagedFile {
  finished = false;
  #position = 0;
  #handle: FileHandle | undefined;

  constructor(
    readonly path: string,
    readonly final: string,
    readonly temporary: string,
    /** Whether something has the final name already. */
    readonly replaces: boolean,
    handle: FileHandle,
  ) {
    this.#handle = handle;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.writeAt(bytes, this.#position);
    this.#position += bytes.length;
  }

  async writeAt(bytes: Uint8Array, position: number): Promise<void> {
    if (!this.#handle)
      throw new WordmillError('internal', 'written after it was finished', { place: { file: this.path } });
    try {
      await writeFully(this.#handle, bytes, position);
    } catch (error) {
      throw outputError(error, this.path);
    }
  }

  async finish(): Promise<void> {
    if (!this.#handle) return;
    try {
      await this.#handle.sync();
      await this.#handle.close();
    } catch (error) {
      throw outputError(error, this.path);
    }
    this.#handle = undefined;
    this.finished = true;
  }

  async discard(): Promise<void> {
    await this.#handle?.close().catch(() => {});
    this.#handle = undefined;
    await rm(this.temporary, { force: true });
  }

  /** The same at process exit, where nothing asynchronous runs any more. */
  removeNow(): void {
    rmSync(this.temporary, { force: true });
  }
}

/**
 * A system error while creating or writing a file, as the error that a user reads: `cannotCreate` where the path is at
 * fault, else `inputOutput`.
 *
 * @param what the file is: what the user asked for, or a means to it
 */
export function outputError(error: unknown, path: string, what: FileUse = 'output'): WordmillError {
  const details = { place: { file: path }, cause: error };
  if (isOutOfMemory(error)) {
    return new WordmillError('outOfMemory', `no memory to write this ${what}`, details);
  }
  switch (systemCode(error)) {
    case 'ENOENT':
      return new WordmillError('cannotCreate', `the folder of this ${what} does not exist`, {
        ...details,
        hint: `Create it first: mkdir -p ${dirname(path)}`,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new WordmillError('cannotCreate', `no permission to write this ${what}`, details);
    case 'ENOTDIR':
      return new WordmillError('cannotCreate', 'a part of this path is a file, not a folder', details);
    case 'ENOSPC':
    case 'EDQUOT':
      return new WordmillError(
        'inputOutput',
        `no space left on the disk of this ${what}; what was there is untouched`,
        { ...details, hint: SPACE_HINTS[what] },
      );
    default:
      return new WordmillError(
        'inputOutput',
        `cannot write this ${what}: ${(error as Error).message}`,
        details,
      );
  }
}

const SPACE_HINTS = {
  output: 'Free some space, or write to another disk.',
  spool: 'Free some space, or give a folder on another disk.',
  'intermediate file':
    'Free some space, or take another disk: TMPDIR for scratch files, --runs DIR for those in the folder of a run.',
  checkpoint: 'Free some space, or keep runs on another disk: --runs DIR.',
  cache: 'Free some space, or keep the cache on another disk: WORDMILL_CACHE=FOLDER.',
  'run folder': 'Free some space, or keep runs on another disk: --runs DIR.',
} as const;

/** What to do where the disk of a file is full. */
export function spaceHint(what: FileUse): string {
  return SPACE_HINTS[what];
}

/** What a file that is written is to the user. */
export type FileUse = keyof typeof SPACE_HINTS;
