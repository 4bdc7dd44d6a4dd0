import { finalPath } from '../../core/final-path.js';
import { lockOutputs, type OutputLocks, takeLocks } from '../../core/lock/output-locks.js';
import type { ReportListener } from '../../core/report.js';
import type { RunOptions } from '../../core/run.js';
import type { Source } from '../../core/stage.js';
import type { TrainedVectors } from '../../core/vectors.js';
import { outputPathsOf } from '../output-paths.js';
import type { RunFolder } from '../runs/run-folder.js';
import { runName } from '../runs/run-name.js';
import type { RunsRoot } from '../runs/runs-root.js';
import type { ResolvedDefinition } from '../schema.js';
import { withMetrics } from './metrics-file.js';
import { OutputFolder, placeOutputs } from './output-folder.js';
import { pruneRuns } from './prune-runs.js';
import type { RunFigures } from './run-figures.js';
import { limitTime } from './time-limit.js';

/** What a run gets that is run by schedule: its outputs are locked. */
export interface Scheduled {
  /** What to run its pipeline with. */
  readonly options: Pick<RunOptions, 'signal' | 'beforeOutputs'>;
  /** Where the run is kept, if the definition says so: in the folder of its outputs. */
  readonly runs: RunsRoot | undefined;
  /** What becomes of outputs whose scores are too low, in a sentence; undefined for the usual. */
  readonly whereBelowMinimum: string | undefined;
  /** Called when the run has a folder. Gives the definition with outputs where they are to be written. */
  begun(run: RunFolder): Promise<ResolvedDefinition>;
  /** The pipeline, its figures taken where the definition wants them in a file. */
  observed(pipeline: Source<TrainedVectors>): Source<TrainedVectors>;
}

/** What came of a run. */
interface Ended {
  /** There where there was nothing to do. */
  readonly unchangedSince?: unknown;
}

/**
 * Runs a definition as it says runs are to follow each other: for so long, nobody else writing its outputs, and where it
 * has an output folder that folder's link switched at the end.
 *
 * @param body runs it; what it throws ends the run, and switches nothing.
 * @throws WordmillError `tryAgain` where another run writes an output or time is up; whatever `body` throws.
 */
export async function withSchedule<Result extends Ended>(
  definition: ResolvedDefinition,
  options: Pick<RunOptions, 'signal' | 'listener'>,
  body: (scheduled: Scheduled) => Promise<Result>,
): Promise<Result> {
  const warn = (message: string) => options.listener?.warning?.(message);
  return withMetrics(definition.metrics, runName(definition), warn, (figures) =>
    withLocks(definition, options, figures, body),
  );
}

async function withLocks<Result extends Ended>(
  definition: ResolvedDefinition,
  { signal: stop, listener }: Pick<RunOptions, 'signal' | 'listener'>,
  figures: RunFigures | undefined,
  body: (scheduled: Scheduled) => Promise<Result>,
): Promise<Result> {
  const { output, timeout } = definition;
  const folder = output && new OutputFolder(output.folder);
  const { signal, end } = limitTime(stop, timeout);
  const stopping = signal && { signal };
  let locks: OutputLocks | undefined;
  let id: string | undefined;
  try {
    await folder?.prepare();
    locks = await lock(definition, folder, {
      ...stopping,
      note: (message) => listener?.note?.(message),
    });
    const result = await body({
      options: { ...stopping, beforeOutputs: () => locks!.check() },
      runs: folder?.runs,
      whereBelowMinimum:
        folder && `The outputs are kept in ${folder.runs.path}; ${folder.current} is as it was.`,
      async begun(run) {
        ({ id } = run);
        locks!.name(id);
        return folder ? placeOutputs(definition, run) : definition;
      },
      observed: (pipeline) => (figures ? observedBy(figures, pipeline) : pipeline),
    });
    if (folder && id !== undefined) await makeCurrent(folder, id, output.keep, listener);
    return result;
  } finally {
    locks?.release();
    end();
  }
}

function observedBy(figures: RunFigures, pipeline: Source<TrainedVectors>): Source<TrainedVectors> {
  return async function* observing(input, context) {
    figures.follow(context.report);
    for await (const made of pipeline(input, context)) {
      figures.made(made);
      yield made;
    }
  };
}

async function lock(
  definition: ResolvedDefinition,
  folder: OutputFolder | undefined,
  options: Parameters<typeof takeLocks>[1],
): Promise<OutputLocks> {
  if (!folder) return lockOutputs(outputPathsOf(definition), options);
  // Through links, so that two names of one folder have one lock.
  const file = new OutputFolder(await finalPath(folder.path)).lock;
  return takeLocks(new Map([[file, folder.path]]), options);
}

async function makeCurrent(
  folder: OutputFolder,
  id: string,
  keep: number,
  listener: ReportListener | undefined,
): Promise<void> {
  await folder.switchTo(id);
  try {
    const removed = await pruneRuns(folder.runs.path, keep, id);
    if (removed.length > 0) listener?.note?.(`removed old runs: ${removed.join(', ')}`);
  } catch (error) {
    listener?.warning?.(`old runs in ${folder.runs.path} cannot be removed: ${(error as Error).message}`);
  }
}
