import { resolve } from 'node:path';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import { isUrl } from '../core/shown-url.js';
import { distributedOptions } from '../pipeline/distributed-options.js';
import { describeDifference, differences } from '../pipeline/runs/definition-difference.js';
import { isFree } from '../pipeline/runs/find-unfinished.js';
import { definitionSchema, type ResolvedDefinition } from '../pipeline/schema.js';
import { lineFormatOf, lineStartFrom } from '../sources/file-parts.js';
import { type ListedFile, listFiles } from '../sources/list-files.js';
import { type Part, planSchema, type RunPlan } from './records.js';
import { refuseUndistributable } from './refuse-undistributable.js';
import type { RunStorage } from './step.js';

/** The name of the record. */
export const PLAN = 'plan';

/**
 * The plan of a run: the one that is in storage, or a new one of the definition, which is stored.
 *
 * @throws WordmillError as `planShards` does; `usage` where the one in storage is of another definition, whose keys are
 * named.
 */
export async function planRun(
  storage: RunStorage,
  definition: ResolvedDefinition,
  signal: AbortSignal,
): Promise<RunPlan> {
  const stored =
    (await storage.read(PLAN, planSchema, signal)) ??
    (await storage.writeOnce(PLAN, planSchema, await planShards(definition, { signal }), signal));
  refuseAnother(stored, definition, storage.run);
  return stored;
}

function refuseAnother(plan: RunPlan, definition: ResolvedDefinition, run: string): void {
  const changed = differences(plan.definition, planned(definition)).filter(({ key }) => !isFree(key));
  if (changed.length === 0) return;
  throw new WordmillError(
    'usage',
    `run ${run} is planned already, by another definition:\n  ${changed.map(describeDifference).join('\n  ')}`,
    { hint: `Give another ID, or remove this run first (wordmill shard remove ${run}).` },
  );
}

/**
 * The plan of a run that is in storage.
 *
 * @throws WordmillError `noInput` where there is none.
 */
export async function readPlan(storage: RunStorage, signal: AbortSignal): Promise<RunPlan> {
  const stored = await storage.read(PLAN, planSchema, signal);
  if (stored) return stored;
  throw new WordmillError('noInput', `there is no run ${storage.run} in this storage`, {
    hint: 'Check its ID and the storage, or plan it first (wordmill shard plan).',
  });
}

/** The definition of a plan. @throws WordmillError `data` where it cannot be read by this version. */
export function definitionOf({ definition }: RunPlan): ResolvedDefinition {
  const parsed = definitionSchema.safeParse(definition);
  if (parsed.success) return parsed.data;
  throw new WordmillError('data', 'the definition in the plan of this run cannot be read', {
    hint: 'All machines of a run need the same version of wordmill.',
    cause: parsed.error,
  });
}

/**
 * Cuts a definition's files into shards of about as many bytes each, as they lie there, in the order of the corpus.
 * Plain files of lines (text, JSONL) are cut at ends of lines; all others go whole to a shard. Where there is less to
 * read than shards, these are fewer. Paths in the plan are absolute: workers must find the same files there.
 *
 * @throws WordmillError `usage` for what cannot be shared out, and for pipes; what `listFiles` says.
 */
export async function planShards(
  definition: ResolvedDefinition,
  { signal }: { readonly signal: AbortSignal },
): Promise<RunPlan> {
  refuseUndistributable(definition);
  const { source } = definition;
  const settings = definition.distributed ?? distributedOptions.parse({});
  const files = await listFiles(source.files!, { http: source.http });
  refusePipes(files);
  const canCut = async (path: string) => (await lineFormatOf(path, source)) !== undefined;
  const shards = await cutFiles(files, settings.shards, canCut, signal);
  const inputs = files.map((file) => [pathOf(file), { bytes: file.size, modified: file.modified }]);
  return {
    format: 'wordmill distributed run',
    version: 1,
    definition: planned(definition),
    shards,
    roundsPerEpoch: settings.roundsPerEpoch,
    inputs: Object.fromEntries(inputs),
  };
}

function refusePipes(files: readonly ListedFile[]): void {
  const pipe = files.find((file) => file.pipe);
  if (!pipe) return;
  throw new WordmillError('usage', 'this is a pipe, which can be read once only: it cannot be shared out', {
    place: { file: pipe.path, key: 'source.files' },
    hint: 'Store the text in files, and give these.',
  });
}

/** What a worker finds a file by. */
function pathOf({ path, url }: ListedFile): string {
  return url ?? resolve(path);
}

/** A definition as a plan has it. */
function planned(definition: ResolvedDefinition): unknown {
  return JSON.parse(JSON.stringify(withAbsolutePaths(definition)));
}

/** With what the workers read under paths that do not depend on where they run. */
function withAbsolutePaths(definition: ResolvedDefinition): ResolvedDefinition {
  const { source, vocabulary, phrases } = definition;
  const files = [source.files ?? []].flat().map((entry) => (isUrl(entry) ? entry : resolve(entry)));
  return {
    ...definition,
    source: { ...source, files },
    vocabulary: {
      ...vocabulary,
      ...(vocabulary.read !== undefined && { read: resolve(vocabulary.read) }),
    },
    ...(phrases && {
      phrases: { ...phrases, ...(phrases.read !== undefined && { read: resolve(phrases.read) }) },
    }),
  };
}

/**
 * Shards of parts. The bytes of all files in one row are cut into equal lengths: inside files that can be cut, where the
 * next line begins. Each part then belongs to the length that its middle is in.
 */
async function cutFiles(
  files: readonly ListedFile[],
  most: number,
  canCut: (path: string) => Promise<boolean>,
  signal: AbortSignal,
): Promise<Part[][]> {
  const lengths = lengthsOf(files);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const shards = new Map<number, Part[]>();
  let before = 0;
  for (const [index, file] of files.entries()) {
    throwIfAborted(signal);
    const length = lengths[index]!;
    for (const part of await cutFile(file, cutsInside(before, file.size, total / most), canCut)) {
      const middle = before + (part.whole ? length : part.start + part.end) / 2;
      const shard = total === 0 ? 0 : Math.min(most - 1, Math.floor((middle / total) * most));
      if (!shards.has(shard)) shards.set(shard, []);
      shards.get(shard)!.push(part);
    }
    before += length;
  }
  return [...shards.values()];
}

/** How long files are taken to be: one of a server that does not say its size, as the others of servers are on average. */
function lengthsOf(files: readonly ListedFile[]): number[] {
  const said = files.filter(({ url, size }) => url !== undefined && size > 0).map(({ size }) => size);
  const mean = said.length === 0 ? 1 : said.reduce((sum, size) => sum + size, 0) / said.length;
  return files.map(({ url, size }) => (url !== undefined && size === 0 ? mean : size));
}

/** The multiples of a length that are inside a file which begins at `before`, from its beginning. */
function cutsInside(before: number, size: number, length: number): number[] {
  const cuts: number[] = [];
  if (length === 0) return cuts;
  for (let place = Math.floor(before / length) + 1; Math.round(place * length) < before + size; place++) {
    cuts.push(Math.round(place * length) - before);
  }
  return cuts;
}

async function cutFile(
  file: ListedFile,
  cuts: readonly number[],
  canCut: (path: string) => Promise<boolean>,
): Promise<Part[]> {
  const path = pathOf(file);
  const starts = [0];
  if (cuts.length > 0 && file.url === undefined && (await canCut(path))) {
    for (const cut of cuts) {
      // A line may go past several cuts.
      if (cut <= starts.at(-1)!) continue;
      const place = await lineStartFrom(path, cut, file.size);
      if (place < file.size) starts.push(place);
    }
  }
  const whole = starts.length === 1;
  return starts.map((start, index) => ({ path, start, end: starts[index + 1] ?? file.size, whole }));
}
