import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, WordmillError } from '../../core/errors.js';
import { isRunning } from '../../core/process-owner.js';
import type { Manifest, RunStatus } from './manifest.js';
import { isRunId, RunFolder } from './run-folder.js';

/** A run that is kept. */
export interface ListedRun {
  readonly folder: RunFolder;
  readonly manifest: Manifest;
  /** As the manifest says, but `interrupted` where it was running and its process is gone. */
  readonly status: RunStatus;
}

/** The runs of a folder, and those of which nothing can be told. */
export interface ListedRuns {
  /** The newest first. */
  readonly runs: readonly ListedRun[];
  readonly unreadable: readonly { readonly folder: RunFolder; readonly problem: string }[];
}

/**
 * The runs that a folder keeps; none where there is no such folder.
 *
 * @throws WordmillError `noInput` where the folder cannot be read.
 */
export async function listRuns(root: string): Promise<ListedRuns> {
  const names = await readdir(root).catch((error) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw new WordmillError('noInput', `cannot be read: ${error.message}`, {
      place: { file: root },
      cause: error,
    });
  });
  const runs: ListedRun[] = [];
  const unreadable: { folder: RunFolder; problem: string }[] = [];
  for (const name of names.filter(isRunId)) {
    const folder = new RunFolder(join(root, name));
    try {
      runs.push(await openRun(folder));
    } catch (error) {
      unreadable.push({ folder, problem: (error as Error).message });
    }
  }
  // The time in an ID has whole seconds only.
  runs.sort((a, b) => (a.manifest.started < b.manifest.started ? 1 : -1));
  return { runs, unreadable };
}

/** Looks at one run. @throws WordmillError as `RunFolder.readManifest` does. */
export async function openRun(folder: RunFolder): Promise<ListedRun> {
  const manifest = await folder.readManifest();
  return { folder, manifest, status: statusOf(manifest) };
}

/** Whether a run has come to its end, so that there is nothing to go on with. */
export function isFinished(status: RunStatus): boolean {
  return status === 'done' || status === 'belowMinimum';
}

function statusOf({ status, attempts }: Manifest): RunStatus {
  return status === 'running' && isRunning(attempts.at(-1)!.process) === false ? 'interrupted' : status;
}
