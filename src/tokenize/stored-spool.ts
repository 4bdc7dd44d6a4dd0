import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { cp, mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { atExit, notAtExit } from '../core/at-exit.js';
import { systemCode, WordmillError } from '../core/errors.js';
import { outputError } from '../core/outputs.js';
import type { Report } from '../core/report.js';
import { removeAbandoned, temporaryName } from '../core/temporary.js';
import type { SpooledText } from './count.js';
import { MANIFEST, readStored, type SpoolNotes, writeTables } from './spool-manifest.js';

/**
 * A stored spool is a folder, named by a fingerprint of the text and of how it was split, with the tokens, the chunk
 * table, the runs of words, and a manifest. It holds all words with their counts, so that any choice of vocabulary
 * can start from it. It is made under a temporary name and renamed when whole; what a killed run left is removed by
 * the next one that looks for a spool or stores one.
 */

/** A name for anything that JSON can carry: the SHA-256, in hexadecimal, of its JSON with keys in order. */
export function fingerprintOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/**
 * The spool that is stored for a fingerprint; undefined where there is none. All of it is read through. One that is not
 * whole, damaged, or of another version is not taken, with a warning; a run that reads the text replaces it.
 *
 * @param report is told, too, what the run that made it had counted and read.
 */
export async function openSpool(
  folder: string,
  fingerprint: string,
  report?: Report,
): Promise<SpooledText | undefined> {
  const path = spoolPath(folder, fingerprint);
  await removeAbandoned(folder);
  if (!(await stat(path).catch(() => undefined))) return undefined;
  try {
    const stored = await readStored(path);
    await markUsed(path);
    report?.restore(stored.report);
    return stored.text;
  } catch (error) {
    report?.warn(
      `spool ${path}`,
      `the spool ${path} cannot be used and is made anew: ${(error as Error).message.split('\n')[0]}`,
    );
    return undefined;
  }
}

/** The time of a manifest says when its spool was last used: clean-up goes by it. */
async function markUsed(path: string): Promise<void> {
  const now = new Date();
  await utimes(join(path, MANIFEST), now, now).catch(() => {});
}

/** How a spool is stored. */
export interface StoreOptions {
  /** What is noted in its manifest; asked for when the text is whole. */
  readonly notes?: () => SpoolNotes;
  /** Where it grows; that stays if the run ends early. Without it: in a folder that is removed then. */
  readonly growing?: GrowingFolder;
}

/** The folder of a spool that grows. */
export interface GrowingFolder {
  readonly folder: string;
  /** Removes what it needs only while it grows; called when the spool is whole. */
  removeSaved(): Promise<void>;
}

/**
 * Stores a spool under its fingerprint, in place of one that is not whole. Where another run has stored a whole one
 * meanwhile, that one is taken, since somebody may be reading it.
 *
 * @param make writes the text's files into the folder that it is given (and makes sure that they last).
 * @returns the text, in its final folder.
 * @throws WordmillError as `outputError` says; whatever `make` throws. The temporary folder is gone then.
 */
export async function storeSpool(
  folder: string,
  fingerprint: string,
  make: (folder: string) => Promise<SpooledText>,
  { notes = () => ({ report: { stages: {}, inputs: [] } }), growing }: StoreOptions = {},
): Promise<SpooledText> {
  const path = spoolPath(folder, fingerprint);
  await removeAbandoned(folder);
  return inFolder(growing?.folder, join(folder, temporaryName(fingerprint)), path, async (grown) => {
    const text = await make(grown);
    const stored = await readStored(path).catch(() => undefined);
    if (stored) {
      if (growing) await rm(growing.folder, { recursive: true, force: true });
      return stored.text;
    }
    await writeTables(grown, text, notes());
    await growing?.removeSaved();
    await mkdir(folder, { recursive: true }).catch((error) => {
      throw outputError(error, path, 'spool');
    });
    await moveFolder(grown, path);
    return { ...text, words: { ...text.words, folder: path } };
  });
}

/** Works in a folder that stays, or in one that is removed at the end, however that comes. */
async function inFolder<Result>(
  staying: string | undefined,
  temporary: string,
  path: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = staying ?? temporary;
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw outputError(error, path, 'spool');
  });
  if (staying !== undefined) return work(folder);
  const removeAtExit = (): void => rmSync(temporary, { recursive: true, force: true });
  atExit(removeAtExit);
  try {
    return await work(folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
    notAtExit(removeAtExit);
  }
}

/** Puts a folder in the place of another, by way of a copy where they are on two disks. */
async function moveFolder(from: string, to: string): Promise<void> {
  try {
    await replaceFolder(from, to);
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw outputError(error, to, 'spool');
    const copy = join(dirname(to), temporaryName(basename(to)));
    try {
      await cp(from, copy, { recursive: true });
      await replaceFolder(copy, to);
    } catch (failed) {
      throw outputError(failed, to, 'spool');
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
    await rm(from, { recursive: true, force: true });
  }
}

async function replaceFolder(from: string, to: string): Promise<void> {
  const old = join(dirname(to), `${temporaryName(basename(to))}.old`);
  try {
    await rename(to, old).catch((error) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
    await rename(from, to);
  } finally {
    await rm(old, { recursive: true, force: true });
  }
}

/** The folder of a spool. */
export function spoolPath(folder: string, fingerprint: string): string {
  if (!/^[\w-]{1,128}$/.test(fingerprint)) {
    throw new WordmillError(
      'internal',
      `'${fingerprint}' is no fingerprint: letters and digits, 128 at most`,
    );
  }
  return join(folder, fingerprint);
}
