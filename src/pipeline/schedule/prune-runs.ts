import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAbandoned, temporaryName } from '../../core/temporary.js';
import { isRunId, RunFolder } from '../runs/run-folder.js';

/**
 * Removes old runs: all but the last that succeeded, and as many of the last others, which someone may want to look at
 * or to resume. Nobody else may use the folder meanwhile.
 *
 * @param keep how many of each
 * @param current a run that stays in any case
 * @returns the runs that were removed, by ID.
 */
export async function pruneRuns(root: string, keep: number, current: string | undefined): Promise<string[]> {
  await removeAbandoned(root);
  const ids = (await readdir(root)).filter(isRunId).sort().reverse();
  const left = { succeeded: keep, others: keep };
  const removed: string[] = [];
  for (const id of ids) {
    const manifest = await new RunFolder(join(root, id)).readManifest().catch(() => undefined);
    const kind = manifest?.status === 'done' ? 'succeeded' : 'others';
    if (left[kind]-- > 0 || id === current) continue;
    // Under another name first: a run of which half is gone is none.
    const temporary = join(root, temporaryName(id));
    await rename(join(root, id), temporary);
    await rm(temporary, { recursive: true, force: true });
    removed.push(id);
  }
  return removed;
}
