import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import leven from 'leven';
import { WordmillError } from '../../core/errors.js';
import { type ListedRun, listRuns, openRun } from './list-runs.js';
import { RunFolder } from './run-folder.js';

/** How many runs a message names. */
const NAMED = 5;

/** Stands for the newest run. */
export const LATEST = 'latest';

/**
 * The run that is meant: by its ID, by a part of it that no other has, `latest` for the newest, or the path of its
 * folder or of a file in it.
 *
 * @param root the folder of all runs
 * @throws WordmillError `noInput` where there is none, with those that are near; `usage` where it could be several.
 */
export async function findRun(root: string, reference: string): Promise<ListedRun> {
  const byPath = await folderAt(reference);
  if (byPath) return openRun(byPath);
  const { runs, unreadable } = await listRuns(root);
  const place = { key: reference };
  if (reference === LATEST) {
    if (runs[0]) return runs[0];
    throw new WordmillError('noInput', `there are no runs in ${root}`, { place });
  }
  const exact = [...runs, ...unreadable].find(({ folder }) => folder.id === reference);
  if (exact) return openRun(exact.folder);
  const matching = runs.filter(({ folder }) => folder.id.includes(reference));
  if (matching.length === 1) return matching[0]!;
  if (matching.length > 1) {
    throw new WordmillError('usage', `${matching.length} runs have this in their ID`, {
      place,
      hint: `Give more of it: ${named(matching)}`,
    });
  }
  throw new WordmillError('noInput', `no run in ${root} has this ID`, {
    place,
    hint:
      runs.length === 0
        ? 'There are none yet; --runs DIR or $WORDMILL_RUNS says where runs are.'
        : `Did you mean ${named(nearest(runs, reference))}? wordmill runs lists all.`,
  });
}

/** The folder of a run at a path: of it, or of a file in it such as its manifest. */
async function folderAt(path: string): Promise<RunFolder | undefined> {
  if (!path.includes('/')) return undefined;
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory();
  const folder = new RunFolder(isFolder === false ? dirname(path) : path);
  return (await stat(folder.manifestPath).catch(() => undefined)) ? folder : undefined;
}

function named(runs: readonly ListedRun[]): string {
  const more = runs.length > NAMED ? ' …' : '';
  return (
    runs
      .slice(0, NAMED)
      .map(({ folder }) => folder.id)
      .join(', ') + more
  );
}

/** The run whose ID, name or end of ID is nearest to what was typed. */
function nearest(runs: readonly ListedRun[], typed: string): ListedRun[] {
  const distance = ({ folder: { id }, manifest: { name } }: ListedRun) =>
    Math.min(...[id, name, id.slice(-4), id.slice(0, typed.length)].map((text) => leven(typed, text)));
  return [...runs].sort((a, b) => distance(a) - distance(b)).slice(0, 1);
}
