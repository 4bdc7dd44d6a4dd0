import { digestOf } from '../../core/file-digest.js';
import type { InputFacts } from '../../core/report.js';
import { isUrl } from '../../core/shown-url.js';
import type { Source, StageContext } from '../../core/stage.js';
import { httpClientOf } from '../../sources/http/client-of-run.js';
import { type ListedFile, listFiles } from '../../sources/list-files.js';
import { readPathsOf } from '../read-paths.js';
import type { ResolvedDefinition } from '../schema.js';

/** Up to this many bytes in all, what is read is known by its content too: it takes a moment. */
const MOST_HASHED = 256e6;

/**
 * A pipeline that tells the report what it will read, before it reads it: a file that changes meanwhile is then known
 * by what it was before, and seen to be another afterwards.
 */
export function recordingInputs<Out>(definition: ResolvedDefinition, pipeline: Source<Out>): Source<Out> {
  return async function* recording(input, context) {
    for (const [name, facts] of await inputFacts(definition, context)) context.report.input(name, facts);
    yield* pipeline(input, context);
  };
}

async function inputFacts(
  definition: ResolvedDefinition,
  context: StageContext,
): Promise<[string, InputFacts][]> {
  const paths = readPathsOf(definition);
  if (paths.length === 0) return [];
  const client = paths.some(isUrl) ? httpClientOf(context, definition.source.http) : undefined;
  // What is missing is told by the stage that reads it.
  const files = await listFiles(paths, { client }).catch(() => []);
  const hashed = files.reduce((sum, { size }) => sum + size, 0) <= MOST_HASHED;
  const facts: [string, InputFacts][] = [];
  for (const file of files) facts.push([file.path, await factsOf(file, hashed)]);
  return facts;
}

async function factsOf(file: ListedFile, hashed: boolean): Promise<InputFacts> {
  const { path, size, modified, version, url, pipe } = file;
  if (pipe) return {};
  // A device has no size, and may have no end.
  const sha256 =
    hashed && url === undefined && size > 0
      ? (await digestOf(path).catch(() => undefined))?.sha256
      : undefined;
  return {
    bytes: size,
    ...(modified > 0 && { modified }),
    ...(version !== undefined && { version }),
    ...(sha256 !== undefined && { sha256 }),
  };
}
