import { WordmillError } from '../../core/errors.js';
import type { ReportListener } from '../../core/report.js';
import type { ResolvedDefinition } from '../schema.js';
import { findUnfinished } from './find-unfinished.js';
import { RunRecord } from './run-record.js';
import type { RunsRoot } from './runs-root.js';

/** Whether and where a run is kept. */
export interface KeepOptions {
  /** The folder that keeps runs, each in a folder of its own; without it nothing is kept. */
  readonly runs?: string | RunsRoot | undefined;
  /**
   * Goes on with a run that did not come to its end: the newest that writes the same files, or the one with this ID.
   * Where there is none to be found by its files, a new one begins.
   */
  readonly resume?: boolean | string | undefined;
  /** What `wordmill` was called with, for the manifest. */
  readonly command?: readonly string[] | undefined;
}

/**
 * Makes the folder of a run, with its definition and its first manifest; or opens that of a run which goes on.
 *
 * @returns undefined where runs are not kept: nobody wants it, or, with a warning, they cannot be kept in a place that
 * nobody asked for by name.
 * @throws WordmillError `cannotCreate` or `inputOutput` for a place that somebody did ask for; where a run is to go on,
 * what `findUnfinished` throws, and `usage` where runs are not kept.
 */
export async function beginRun(
  definition: ResolvedDefinition,
  { runs, resume, command }: KeepOptions,
  listener?: ReportListener,
): Promise<RunRecord | undefined> {
  const warn = (message: string) => listener?.warning?.(message);
  if (runs === undefined) {
    if (!resume) return undefined;
    throw new WordmillError('usage', 'runs are not kept, so that there is none to go on with', {
      hint: 'Say where they are kept: --runs DIR.',
    });
  }
  const root = typeof runs === 'string' ? { path: runs, asked: true } : runs;
  const earlier = resume ? await findUnfinished(definition, root.path, resume) : undefined;
  if (earlier) {
    const { folder, manifest } = earlier;
    const from = manifest.attempts.at(-1)!.saved;
    listener?.note?.(`going on with run ${folder.id}${from ? `, from ${from}` : ''}`);
    return RunRecord.goOn(folder, manifest, { definition, command }, warn);
  }
  if (resume) listener?.note?.('no unfinished run writes these files: starting anew');
  try {
    return await RunRecord.begin(root.path, { definition, command }, warn);
  } catch (error) {
    if (root.asked || !(error instanceof WordmillError)) throw error;
    warn(`this run is not kept, and cannot be resumed: ${error.message}`);
    return undefined;
  }
}
