import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { atExit, notAtExit } from '../../core/at-exit.js';
import { systemCode, WordmillError } from '../../core/errors.js';
import { finalPath, syncFolder } from '../../core/final-path.js';
import { outputError } from '../../core/outputs.js';
import { listAbandoned, removeAbandoned, temporaryName } from '../../core/temporary.js';

/** What a folder in use is called while a new one takes its place. */
const OLD = '.old';

/**
 * Makes a folder appear whole or not at all, perhaps in the place of another: it is filled under a temporary name
 * beside its final one and then renamed. What it replaces is kept until then; see `recoverFolder`.
 *
 * @param fill writes into the folder whose path it is given, and flushes what it wrote
 * @throws WordmillError as `outputError` says; whatever `fill` throws. What was there is untouched then. Where only the
 * last rename fails, the filled folder stays, and the error says where.
 */
export async function replaceFolder(path: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const final = await finalPath(path);
  const [parent, name] = [dirname(final), basename(final)];
  await removeAbandoned(parent, name);
  const temporary = join(parent, temporaryName(name));
  const removeAtExit = (): void => rmSync(temporary, { recursive: true, force: true });
  try {
    await mkdir(temporary);
  } catch (error) {
    throw outputError(error, path);
  }
  atExit(removeAtExit);
  try {
    await fill(temporary);
    await syncFolder(temporary);
    await swap(temporary, final).catch(async (error) => {
      throw keptError(error, path, await keep(temporary, final));
    });
    await syncFolder(parent);
  } finally {
    await rm(temporary, { recursive: true, force: true });
    notAtExit(removeAtExit);
  }
}

/** Gives back its name to a folder that was being replaced when the process was killed, between two renames. */
export async function recoverFolder(path: string): Promise<void> {
  if (await stat(path).catch(() => undefined)) return;
  const final = await finalPath(path);
  const abandoned = await listAbandoned(dirname(final), basename(final));
  const old = abandoned.find((entry) => entry.endsWith(OLD));
  if (old !== undefined) await rename(join(dirname(final), old), final).catch(() => {});
}

/**
 * Tries what `replaceFolder` needs: a folder can be made beside the final one, and a folder that is there is no mount
 * point, which cannot be renamed.
 *
 * @throws WordmillError `cannotCreate`, or as `outputError` says.
 */
export async function checkReplaceable(path: string): Promise<void> {
  const final = await finalPath(path);
  const parent = dirname(final);
  const [there, beside] = await Promise.all([final, parent].map((at) => stat(at).catch(() => undefined)));
  if (there && beside && there.dev !== beside.dev) {
    throw new WordmillError('cannotCreate', 'this folder is a mount point; no other can take its place', {
      place: { file: path },
      hint: 'Give the path of a folder within it.',
    });
  }
  const trial = join(parent, temporaryName(basename(final)));
  try {
    await mkdir(trial);
    await rmdir(trial);
  } catch (error) {
    throw outputError(error, path);
  }
}

async function swap(from: string, to: string): Promise<void> {
  const old = from + OLD;
  await rename(to, old).catch((error) => {
    if (systemCode(error) !== 'ENOENT') throw error;
  });
  await rename(from, to).catch(async (error) => {
    await rename(old, to).catch(() => {});
    throw error;
  });
  // The new one is in place: what is left of the old one is removed as abandoned another time.
  await rm(old, { recursive: true, force: true }).catch(() => {});
}

/** Gives a filled folder a name that no one removes as temporary; undefined where even that fails. */
async function keep(temporary: string, final: string): Promise<string | undefined> {
  const kept = `${final}-finished-${randomBytes(4).toString('hex')}`;
  return rename(temporary, kept).then(
    () => kept,
    () => undefined,
  );
}

function keptError(error: unknown, path: string, kept: string | undefined): WordmillError {
  if (kept === undefined) return outputError(error, path);
  return new WordmillError('cannotCreate', `cannot take this name: ${(error as Error).message}`, {
    place: { file: path },
    hint: `What was to be written is whole; it is kept as ${kept}`,
    cause: error,
  });
}
