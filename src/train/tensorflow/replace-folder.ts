import { rmSync } from 'node:fs';
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { systemCode } from '../../core/errors.js';
import { outputError } from '../../core/outputs.js';
import { listAbandoned, removeAbandoned, temporaryName } from '../../core/temporary.js';

/** What a folder in use is called while a new one takes its place. */
const OLD = '.old';

/**
 * Makes a folder appear whole or not at all, perhaps in the place of another: it is filled under a temporary name
 * beside its final one and then renamed. What it replaces is kept until then; see `recoverFolder`.
 *
 * @param fill writes into the folder whose path it is given, and flushes what it wrote
 * @throws WordmillError as `outputError` says; whatever `fill` throws. What was there is untouched then.
 */
export async function replaceFolder(path: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const final = await realpath(path).catch(() => resolve(path));
  const [parent, name] = [dirname(final), basename(final)];
  await removeAbandoned(parent, name);
  const temporary = join(parent, temporaryName(name));
  const removeAtExit = (): void => rmSync(temporary, { recursive: true, force: true });
  try {
    await mkdir(temporary);
  } catch (error) {
    throw outputError(error, path);
  }
  process.once('exit', removeAtExit);
  try {
    await fill(temporary);
    await syncFolder(temporary);
    await swap(temporary, final);
    await syncFolder(parent);
  } finally {
    await rm(temporary, { recursive: true, force: true });
    process.removeListener('exit', removeAtExit);
  }
}

/** Gives back its name to a folder that was being replaced when the process was killed, between two renames. */
export async function recoverFolder(path: string): Promise<void> {
  if (await stat(path).catch(() => undefined)) return;
  const final = resolve(path);
  const abandoned = await listAbandoned(dirname(final), basename(final));
  const old = abandoned.find((entry) => entry.endsWith(OLD));
  if (old !== undefined) await rename(join(dirname(final), old), final).catch(() => {});
}

async function swap(from: string, to: string): Promise<void> {
  const old = from + OLD;
  try {
    await rename(to, old).catch((error) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
    await rename(from, to).catch(async (error) => {
      await rename(old, to).catch(() => {});
      throw error;
    });
  } catch (error) {
    throw outputError(error, to);
  }
  await rm(old, { recursive: true, force: true });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
