import { WordmillError } from '../../core/errors.js';
import type { Recovery } from '../../core/recovery.js';
import { type RunOptions, type RunResult, run } from '../../core/run.js';
import type { Source } from '../../core/stage.js';
import type { TrainedVectors } from '../../core/vectors.js';
import { type BeginRun, RunRecord } from './run-record.js';

/** How often training is saved, and how many of these states are kept, where the definition does not say. */
const CHECKPOINTS = { interval: 300, keep: 2 };

/**
 * Runs a pipeline as `run` does, and keeps in a folder what it ran by and what came of it.
 *
 * @throws WordmillError as `run` does; `tryAgain` in place of `aborted` where something was saved to go on from.
 */
export async function runKept(
  pipeline: Source<TrainedVectors>,
  begin: BeginRun,
  options: RunOptions,
): Promise<RunResult<TrainedVectors>> {
  const warn = (message: string) => options.listener?.warning?.(message);
  const record = await RunRecord.begin(begin, warn);
  let outputs: string[] = [];
  let vectors: TrainedVectors | undefined;
  const followed: Source<TrainedVectors> = async function* following(input, context) {
    record.follow(context.report);
    for await (const made of pipeline(input, context)) {
      vectors = made;
      yield made;
    }
    outputs = context.outputs.files.map(({ path }) => path);
  };
  try {
    const result = await run(followed, { ...options, recovery: recoveryOf(record, begin) });
    await record.end('done', { outputs, vectors: result.last! });
    return result;
  } catch (thrown) {
    const error = thrown instanceof WordmillError ? tryAgainWhere(record.resumable, thrown) : thrown;
    const kind = error instanceof WordmillError ? error.kind : undefined;
    // Only then do outputs have their final names.
    const written = kind === 'belowMinimum' && vectors ? { outputs, vectors } : {};
    const status = kind === 'belowMinimum' ? kind : ended(kind);
    await record.end(status, { ...written, error });
    throw error;
  }
}

function recoveryOf(record: RunRecord, { earlier }: BeginRun): Recovery {
  return {
    folder: record.folder.path,
    resume: earlier !== undefined,
    ...CHECKPOINTS,
    saved: (what) => record.saved(what),
  };
}

function ended(kind: WordmillError['kind'] | undefined): 'interrupted' | 'failed' {
  return kind === 'aborted' || kind === 'tryAgain' ? 'interrupted' : 'failed';
}

/** An interruption that a later run can go on from. */
function tryAgainWhere(resumable: boolean, error: WordmillError): WordmillError {
  if (!resumable || error.kind !== 'aborted') return error;
  return new WordmillError('tryAgain', 'interrupted; what was done is kept', {
    hint: 'The same command with --resume goes on from there.',
    cause: error,
  });
}
