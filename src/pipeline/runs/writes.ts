import { resolve } from 'node:path';
import { outputPathsOf } from '../output-paths.js';
import { throughCurrent } from '../schedule/output-folder.js';
import type { ResolvedDefinition } from '../schema.js';
import type { ListedRun } from './list-runs.js';

/**
 * The files that a definition writes, as absolute paths: what tells its runs from those of another job. Those in a folder of
 * outputs as they are read, whichever run wrote them.
 */
export function writesOf(definition: ResolvedDefinition): string[] {
  // Where its page goes does not make it another job.
  return outputPathsOf(throughCurrent({ ...definition, report: false })).map((path) => resolve(path));
}

/** Whether a run writes the files of a definition, and no others. */
export function writesSame(definition: ResolvedDefinition): (run: ListedRun) => boolean {
  const wanted = jobOf(writesOf(definition));
  return ({ manifest }) => jobOf(manifest.writes) === wanted;
}

/** A name for what is written, whatever the order. */
export function jobOf(writes: readonly string[]): string {
  return JSON.stringify([...writes].sort());
}
