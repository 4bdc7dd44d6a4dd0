import { WordmillError } from '../../core/errors.js';
import { digestOf } from '../../core/file-digest.js';
import { STANDARD_OUTPUT } from '../../sinks/output.js';
import { type ListedFile, listFiles } from '../../sources/list-files.js';
import { readPathsOf, readsStandardInput } from '../read-paths.js';
import { checkWritten } from '../runs/check-outputs.js';
import { describeDifference, differences, plainDefinition } from '../runs/definition-difference.js';
import { isFree } from '../runs/find-unfinished.js';
import { type ListedRun, listRuns } from '../runs/list-runs.js';
import { versionsHere } from '../runs/machine.js';
import type { Manifest } from '../runs/manifest.js';
import { writesSame } from '../runs/writes.js';
import type { ResolvedDefinition } from '../schema.js';
import { OutputFolder } from './output-folder.js';

/** The last run that succeeded, where all is as it was then; else what has changed, in words. */
export type Comparison = { readonly last: ListedRun } | { readonly changed: string };

/** @throws WordmillError `usage` where it cannot be told whether anything has changed. */
export function refuseIncomparable(definition: ResolvedDefinition): void {
  const place = { key: '--if-changed' };
  if (readsStandardInput(definition)) {
    throw new WordmillError('usage', 'standard input cannot be compared with what was read before', {
      place,
      hint: 'Read files instead, or leave it out.',
    });
  }
  if (definition.sinks.some((sink) => Object.values(sink)[0] === STANDARD_OUTPUT)) {
    throw new WordmillError('usage', 'what went to standard output is not there to be kept', {
      place,
      hint: 'Write files instead, or leave it out.',
    });
  }
}

/**
 * Looks whether a run would do what the last one did that succeeded: by the same major version of wordmill and the same
 * definition (but for what only says how it is run), from the same inputs, its outputs still there and as it wrote them.
 * Inputs are told by size and time, those of servers by their version; where only the time is another, by content if
 * that was noted.
 *
 * @param root the folder of all runs
 * @throws WordmillError as `listFiles` and `listRuns` do; `usage` for an input that is a pipe.
 */
export async function compareWithLast(definition: ResolvedDefinition, root: string): Promise<Comparison> {
  const { runs } = await listRuns(root);
  const last = runs.filter(({ status }) => status === 'done').find(writesSame(definition));
  if (!last) return { changed: 'no earlier run has written these outputs' };
  const { manifest } = last;
  const changed =
    (await changedDefinition(definition, last)) ??
    changedVersion(manifest) ??
    (await changedInput(definition, manifest)) ??
    (await changedOutput(definition, manifest));
  return changed === undefined ? { last } : { changed };
}

async function changedDefinition(
  definition: ResolvedDefinition,
  { folder }: ListedRun,
): Promise<string | undefined> {
  const before = await folder.readDefinition().catch(() => undefined);
  if (!before) return 'the definition of the last run is gone or damaged';
  const found = differences(before, plainDefinition(definition)).find(({ key }) => !isFree(key));
  return found && describeDifference(found);
}

function changedVersion({ versions }: Manifest): string | undefined {
  const major = (version: string) => version.split('.')[0];
  const { wordmill } = versionsHere();
  if (major(wordmill) === major(versions.wordmill)) return undefined;
  return `wordmill is version ${wordmill}, and was ${versions.wordmill}`;
}

async function changedInput(
  definition: ResolvedDefinition,
  { inputs }: Manifest,
): Promise<string | undefined> {
  const files = await listFiles(readPathsOf(definition), { http: definition.source.http });
  const before = new Map(inputs.map((input) => [input.name, input]));
  for (const file of files) {
    if (file.pipe) {
      throw new WordmillError('usage', 'a pipe cannot be compared with what was read before', {
        place: { file: file.path },
        hint: 'Read files instead, or leave --if-changed out.',
      });
    }
    const earlier = before.get(file.path);
    if (!earlier) return `${file.path} is new`;
    if (await differs(file, earlier)) return `${file.path} has changed`;
    before.delete(file.path);
  }
  const [gone] = before.keys();
  return gone === undefined ? undefined : `${gone} is no longer read`;
}

async function differs(file: ListedFile, earlier: Manifest['inputs'][number]): Promise<boolean> {
  if (file.url !== undefined) return file.version === undefined || file.version !== earlier.version;
  if (file.size !== earlier.bytes) return true;
  if (new Date(file.modified).toISOString() === earlier.modified) return false;
  return earlier.sha256 === undefined || (await digestOf(file.path)).sha256 !== earlier.sha256;
}

async function changedOutput(
  { output }: ResolvedDefinition,
  { id, outputs }: Manifest,
): Promise<string | undefined> {
  if (output) {
    const folder = new OutputFolder(output.folder);
    if ((await folder.currentRun()) !== id) return `${folder.current} does not lead to the last run`;
  }
  const seen = await checkWritten(outputs);
  // What was only touched is read.
  const touched = outputs.filter((_, index) => seen[index]!.state === 'changed');
  const found = [
    ...seen.filter(({ state }) => state === 'missing'),
    ...(await checkWritten(touched, { verify: true })),
  ];
  const changed = found.find(({ state }) => state !== 'unchanged');
  if (!changed) return undefined;
  const { path, state } = changed;
  return `the output ${path} is ${state === 'missing' ? 'gone' : 'not as it was written'}`;
}
