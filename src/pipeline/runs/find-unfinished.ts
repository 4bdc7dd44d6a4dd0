import { WordmillError } from '../../core/errors.js';
import { isRunning } from '../../core/process-owner.js';
import type { ResolvedDefinition } from '../schema.js';
import { describeDifference, differences, plainDefinition } from './definition-difference.js';
import { findRun } from './find-run.js';
import { isFinished, type ListedRun, listRuns } from './list-runs.js';
import { writesSame } from './writes.js';

/** Keys that a resumed run may have otherwise than before: they change how it is run, and nothing that it makes. */
const FREE = /^(name|report|timeout|metrics|checkpoint|output\.keep|source\.http)\b/;

/** Whether a key of a definition has no influence on what its run makes. */
export function isFree(key: string): boolean {
  return FREE.test(key);
}

/**
 * The run to go on with: the one that is named, else the newest that writes the same files, if that is unfinished. One
 * that a later run has finished is out of date.
 *
 * @param root the folder of all runs
 * @param resume the ID of a run (as `findRun` takes it), or true
 * @returns undefined where none is named and there is none.
 * @throws WordmillError `usage` where the run is finished or ran by another definition, whose keys are named;
 * `tryAgain` where it is still under way; what `findRun` throws.
 */
export async function findUnfinished(
  definition: ResolvedDefinition,
  root: string,
  resume: true | string,
): Promise<ListedRun | undefined> {
  const run = resume === true ? await newestOf(definition, root) : await findRun(root, resume);
  if (run === undefined) return undefined;
  const { id } = run.folder;
  if (isFinished(run.status)) {
    throw new WordmillError('usage', `run ${id} is finished; there is nothing to go on with`, {
      hint: 'Leave --resume out to run it again.',
    });
  }
  const { process: owner } = run.manifest.attempts.at(-1)!;
  // Where that cannot be known, the outputs' locks have told that nobody writes them.
  if (run.status === 'running' && isRunning(owner)) {
    throw new WordmillError(
      'tryAgain',
      `run ${id} is still under way, as process ${owner.pid} on ${owner.host}`,
    );
  }
  await refuseAnother(definition, run);
  return run;
}

async function newestOf(definition: ResolvedDefinition, root: string): Promise<ListedRun | undefined> {
  const { runs } = await listRuns(root);
  const newest = runs.find(writesSame(definition));
  return newest && !isFinished(newest.status) ? newest : undefined;
}

async function refuseAnother(definition: ResolvedDefinition, { folder }: ListedRun): Promise<void> {
  const before = await folder.readDefinition('Leave --resume out to start anew.');
  const now = plainDefinition(definition);
  const changed = differences(before, now).filter(({ key }) => !isFree(key));
  if (changed.length === 0) return;
  throw new WordmillError(
    'usage',
    `run ${folder.id} ran by another definition:\n  ${changed.map(describeDifference).join('\n  ')}`,
    { hint: 'Run it as it was, or leave --resume out to start anew.' },
  );
}
