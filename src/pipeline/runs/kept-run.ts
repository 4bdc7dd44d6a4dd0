import { dirname } from 'node:path';
import { WordmillError } from '../../core/errors.js';
import type { Recovery } from '../../core/recovery.js';
import { type RunOptions, type RunResult, run } from '../../core/run.js';
import type { Source } from '../../core/stage.js';
import { removeAbandoned } from '../../core/temporary.js';
import type { TrainedVectors } from '../../core/vectors.js';
import type { ResolvedDefinition } from '../schema.js';
import { cleanRuns } from './clean-runs.js';
import { listRuns } from './list-runs.js';
import type { RunFolder } from './run-folder.js';
import type { RunRecord } from './run-record.js';
import { writesSame } from './writes.js';

/**
 * Runs a pipeline as `run` does, and keeps in the run's folder what came of it.
 *
 * @param pipeline of this definition
 * @throws WordmillError as `run` does.
 */
export async function runKept(
  pipeline: () => Source<TrainedVectors>,
  definition: ResolvedDefinition,
  record: RunRecord,
  options: RunOptions,
): Promise<RunResult<TrainedVectors>> {
  let outputs: string[] = [];
  let last: TrainedVectors | undefined;
  const followed: Source<TrainedVectors> = async function* following(input, context) {
    record.follow(context.report);
    for await (const made of pipeline()(input, context)) {
      last = made;
      yield made;
    }
    outputs = context.outputs.files.map(({ path }) => path);
  };
  try {
    const result = await run(followed, { ...options, recovery: recoveryOf(record, definition) });
    await record.end('done', { made: { definition, last: result.last!, outputs } });
    await removeOutdated(record.folder, definition, options);
    return result;
  } catch (error) {
    const kind = error instanceof WordmillError ? error.kind : undefined;
    if (kind === 'belowMinimum' && last) {
      // Only then do outputs have their final names.
      await record.end(kind, { error, made: { definition, last, outputs } });
    } else {
      const interrupted = kind === 'aborted' || kind === 'tryAgain';
      await record.end(interrupted ? 'interrupted' : 'failed', { error });
    }
    throw error;
  }
}

/** Removes what earlier runs of the same outputs, killed or interrupted, kept to go on from: this one has overtaken them. */
async function removeOutdated(
  folder: RunFolder,
  definition: ResolvedDefinition,
  { listener }: RunOptions,
): Promise<void> {
  try {
    const { runs } = await listRuns(dirname(folder.path));
    const same = runs.filter(writesSame(definition));
    await cleanRuns(same);
    for (const run of same) await removeAbandoned(run.folder.path);
  } catch (error) {
    listener?.warning?.(`what earlier runs kept cannot be removed: ${(error as Error).message}`);
  }
}

function recoveryOf(record: RunRecord, { checkpoint }: ResolvedDefinition): Recovery {
  return {
    folder: record.folder.path,
    resume: record.resumes,
    left: record.left,
    ...checkpoint,
    saved: (what) => record.saved(what),
  };
}
