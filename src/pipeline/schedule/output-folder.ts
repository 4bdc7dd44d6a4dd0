import { chmod, lstat, mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode, WordmillError } from '../../core/errors.js';
import { syncFolder } from '../../core/final-path.js';
import { outputError } from '../../core/outputs.js';
import { removeAbandoned, temporaryName } from '../../core/temporary.js';
import { mapOutputs } from '../output-paths.js';
import type { RunFolder } from '../runs/run-folder.js';
import type { RunsRoot } from '../runs/runs-root.js';
import type { ResolvedDefinition } from '../schema.js';

const CURRENT = 'current';
const RUNS = 'runs';

/**
 * A folder whose outputs change as a set: each run writes into `runs/ID`, and the link `current`, which users of the
 * outputs read through, is switched to that in one step when all of it is there.
 */
export class OutputFolder {
  constructor(readonly path: string) {}

  /** The folder that keeps the runs. */
  get runs(): RunsRoot {
    return { path: join(this.path, RUNS), asked: true };
  }

  get current(): string {
    return join(this.path, CURRENT);
  }

  /** The lock of the folder. */
  get lock(): string {
    return join(this.path, '.lock');
  }

  /**
   * Makes the folder, and the one of its runs, unless they are there.
   *
   * @throws WordmillError `cannotCreate` where that cannot be, or where `current` in it is no link.
   */
  async prepare(): Promise<void> {
    await makeFolder(this.path);
    const found = await lstat(this.current).catch((error) => {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw outputError(error, this.path);
    });
    if (found && !found.isSymbolicLink()) {
      const what = found.isDirectory() ? 'a folder' : 'a file';
      throw new WordmillError(
        'cannotCreate',
        `this is ${what}, where the link to the latest outputs is to be`,
        {
          place: { file: this.current },
          hint: 'Move it elsewhere, or give another output.folder.',
        },
      );
    }
    // Other folders of runs are for their owner only; through this one go all who read outputs.
    await makeFolder(this.runs.path);
  }

  /** The run that `current` leads to, by its ID. */
  async currentRun(): Promise<string | undefined> {
    const target = await readlink(this.current).catch(() => undefined);
    const [runs, id, ...more] = target?.split('/') ?? [];
    return runs === RUNS && more.length === 0 ? id : undefined;
  }

  /**
   * Makes `current` lead to a run: a link under another name takes the place of the old one, so that there is no
   * moment without one.
   */
  async switchTo(id: string): Promise<void> {
    await removeAbandoned(this.path, CURRENT);
    // What the link leads to has to outlast a power cut that the link does.
    for (const path of [join(this.runs.path, id), this.runs.path]) await syncFolder(path);
    const temporary = join(this.path, temporaryName(CURRENT));
    try {
      await symlink(join(RUNS, id), temporary);
      await rename(temporary, this.current);
    } catch (error) {
      await rm(temporary, { force: true });
      throw outputError(error, this.current);
    }
    await syncFolder(this.path);
  }
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path).catch((error) => {
    if (systemCode(error) !== 'EEXIST') throw outputError(error, path);
  });
}

/** A definition whose outputs lie in the folder of a run, whose own page takes the place of a report that is not named. */
export async function placeOutputs(
  definition: ResolvedDefinition,
  run: RunFolder,
): Promise<ResolvedDefinition> {
  // Runs are private; these are for whoever reads `current`.
  await chmod(run.path, 0o777 & ~process.umask());
  const folders = new Set<string>();
  const placed = mapOutputs(definition, (name) => {
    const path = join(run.path, name);
    folders.add(dirname(path));
    return path;
  });
  for (const folder of folders) await mkdir(folder, { recursive: true });
  return { ...placed, report: placed.report ?? false };
}

/** A definition whose outputs have the paths by which they are read: through `current`, where they go to a folder. */
export function throughCurrent(definition: ResolvedDefinition): ResolvedDefinition {
  const { output, report } = definition;
  if (!output) return definition;
  const { current } = new OutputFolder(output.folder);
  const placed = mapOutputs(definition, (name) => join(current, name));
  return { ...placed, report: report === undefined ? join(current, 'report.html') : placed.report };
}
