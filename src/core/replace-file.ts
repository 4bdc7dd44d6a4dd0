import { rmSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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
  const temporary = join(dirname(path), temporaryName(basename(path)));
  const removeAtExit = (): void => rmSync(temporary, { force: true });
  process.once('exit', removeAtExit);
  try {
    await writeFile(temporary, content, { flush: true });
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw outputError(error, path, what);
  } finally {
    process.removeListener('exit', removeAtExit);
  }
}
