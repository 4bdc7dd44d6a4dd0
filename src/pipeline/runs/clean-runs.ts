import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isFinished, type ListedRun } from './list-runs.js';
import { WORK } from './run-folder.js';
import { jobOf } from './writes.js';

/** What is to be removed, of the runs that are given. */
export interface CleanOptions {
  /** Keep this many, the newest; of older ones everything is removed. */
  readonly keep?: number | undefined;
  /** Everything of those that began before this. */
  readonly before?: Date | undefined;
  /** Runs of which nothing is removed, by ID. */
  readonly spare?: ReadonlySet<string>;
  /** Only say what would be removed. */
  readonly dryRun?: boolean;
}

/** Something that was removed. */
export interface Removed {
  readonly id: string;
  readonly what: 'run' | (typeof WORK)[number];
  readonly path: string;
  readonly bytes: number;
}

/**
 * Removes what nobody needs: spools and checkpoints that `--resume` would not take up any more, since their run or a later
 * one of the same outputs came to its end or took their place; and whole runs, as the options say. A run that is, or may
 * be, under way is left as it is.
 *
 * @param runs the newest first, as `listRuns` gives them
 */
export async function cleanRuns(runs: readonly ListedRun[], options: CleanOptions = {}): Promise<Removed[]> {
  const { keep = Infinity, before, spare = new Set(), dryRun = false } = options;
  const removed: Removed[] = [];
  const take = async (id: string, what: Removed['what'], path: string) => {
    const bytes = await bytesIn(path);
    if (bytes === undefined) return;
    if (!dryRun) await rm(path, { recursive: true, force: true });
    removed.push({ id, what, path, bytes });
  };
  const seen = new Set<string>();
  for (const [place, { folder, manifest, status }] of runs.entries()) {
    const job = jobOf(manifest.writes);
    const superseded = seen.has(job);
    seen.add(job);
    if (status === 'running' || spare.has(folder.id)) continue;
    const old = place >= keep || (before !== undefined && new Date(manifest.started) < before);
    if (old) await take(folder.id, 'run', folder.path);
    else if (isFinished(status) || superseded) {
      for (const name of WORK) await take(folder.id, name, join(folder.path, name));
    }
  }
  return removed;
}

/** The size of a file, or of all files in a folder; undefined where there is nothing. */
async function bytesIn(path: string): Promise<number | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isDirectory()) return found?.size;
  const inside = await Promise.all((await readdir(path)).map((name) => bytesIn(join(path, name))));
  return inside.reduce((sum: number, bytes) => sum + (bytes ?? 0), 0);
}
