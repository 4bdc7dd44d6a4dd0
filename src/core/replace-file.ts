import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { atExit, notAtExit } from './at-exit.js';
import { syncFolder } from './final-path.js';
import { type FileUse, outputError } from './outputs.js';
import { removeAbandoned, temporaryName } from './temporary.js';

/**
 * Puts a small file in the place of what was there, whole or not at all, so that it lasts through a power cut.
 *
 * @throws WordmillError as `outputError` says.
 */
export async function replaceFile(path: string, content: string | Uint8Array, what: FileUse): Promise<void> {
  await removeAbandoned(dirname(path), basename(path));
  const temporary = temporaryBeside(path);
  const removeAtExit = (): void => rmSync(temporary, { force: true });
  atExit(removeAtExit);
  try {
    await writeFile(temporary, content, { flush: true });
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw outputError(error, path, what);
  } finally {
    notAtExit(removeAtExit);
  }
}

/**
 * The same at once, so that it can be done as the process exits; without waiting for the disk.
 *
 * @param mode of the file, whatever the umask; the usual one where it is left open.
 * @throws the system's error; what was there then stays.
 */
export function replaceFileNow(path: string, content: string, mode?: number): void {
  const temporary = temporaryBeside(path);
  try {
    writeFileSync(temporary, content);
    if (mode !== undefined) chmodSync(temporary, mode);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function temporaryBeside(path: string): string {
  return join(dirname(path), temporaryName(basename(path)));
}
