import { WordmillError } from '../../core/errors.js';
import type { ReportListener } from '../../core/report.js';
import type { ResolvedDefinition } from '../schema.js';
import { RunFolder } from './run-folder.js';
import { runName } from './run-name.js';
import { RunRecord } from './run-record.js';
import type { RunsRoot } from './runs-root.js';

/** Whether and where a run is kept. */
export interface KeepOptions {
  /** The folder that keeps runs, each in a folder of its own; without it nothing is kept. */
  readonly runs?: string | RunsRoot | undefined;
  /** What `wordmill` was called with, for the manifest. */
  readonly command?: readonly string[] | undefined;
}

/**
 * Makes the folder of a run, with its definition and its first manifest.
 *
 * @returns undefined where runs are not kept: nobody wants it, or, with a warning, they cannot be kept in a place that
 * nobody asked for by name.
 * @throws WordmillError `cannotCreate` or `inputOutput` for a place that somebody did ask for.
 */
export async function beginRun(
  definition: ResolvedDefinition,
  { runs, command }: KeepOptions,
  listener?: ReportListener,
): Promise<RunRecord | undefined> {
  if (runs === undefined) return undefined;
  const root = typeof runs === 'string' ? { path: runs, asked: true } : runs;
  const warn = (message: string) => listener?.warning?.(message);
  let made: RunFolder | undefined;
  try {
    made = await RunFolder.create(root.path, runName(definition));
    return await RunRecord.begin({ folder: made, definition, command }, warn);
  } catch (error) {
    await made?.remove().catch(() => {});
    if (root.asked || !(error instanceof WordmillError)) throw error;
    warn(`this run is not kept, and cannot be resumed: ${error.message}`);
    return undefined;
  }
}
