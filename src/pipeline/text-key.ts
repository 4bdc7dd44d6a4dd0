import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isUrl } from '../core/shown-url.js';
import type { StageContext } from '../core/stage.js';
import type { FilterOptions } from '../filter/options.js';
import { httpClientOf } from '../sources/http/client-of-run.js';
import { type ListedFile, listFiles, reportInputs, storable } from '../sources/list-files.js';
import type { SourceOptions } from '../sources/options.js';
import type { TokenizeOptions } from '../tokenize/options.js';
import type { PhraseSettings } from '../tokenize/phrases/options.js';
import { readingOf, type TextDefinition } from './inputs.js';

/** What names a text: what is read, and everything that its tokens depend on. Its fingerprint is a spool's name. */
export interface TextKey {
  /** Files, with their size and time; for what can be read once, the run that reads it. */
  readonly read: readonly ListedFile[] | { readonly run: string };
  readonly reading: Partial<SourceOptions>;
  readonly filter?: FilterOptions | undefined;
  readonly pruneAt?: number | undefined;
  readonly tokenize: TokenizeOptions;
  readonly phrases?: PhraseSettings;
}

/**
 * What names the text of a definition: the same files, of the same size and time, read, split and pruned with the same
 * options; a pipe, and a file of a server that gives no version of it, is named by the run, where that can be resumed.
 * Undefined where it has no name: a pipe of a run that cannot be resumed, phrases that are to be saved, and so must be
 * learned again, or rejected records that are to be kept.
 *
 * @throws WordmillError as `listFiles` does.
 */
export async function textKey(
  definition: TextDefinition,
  context: StageContext,
): Promise<TextKey | undefined> {
  const { files: patterns, http, ...reading } = readingOf(definition.source);
  const { filter, tokenize, phrases } = definition;
  const { pruneAt } = definition.vocabulary;
  if (phrases?.save !== undefined || filter?.rejected !== undefined) return undefined;
  const options = { reading, ...(filter && { filter }), pruneAt, tokenize, ...(phrases && { phrases }) };
  const others = [tokenize.module, phrases?.read].filter((path) => path !== undefined);
  const listed = patterns === undefined ? [] : [patterns, ...others].flat();
  const client = listed.some(isUrl) ? httpClientOf(context, http) : undefined;
  const read = patterns === undefined ? undefined : await listFiles(listed, { client });
  if (read) reportInputs(read, context.report);
  if (read?.every(isRecognised)) return { read: read.map(storable), ...options };
  const { recovery } = context;
  return recovery && { read: { run: basename(recovery.folder) }, ...options };
}

/** Whether a file can be told from another state of it. */
function isRecognised({ pipe, url, version }: ListedFile): boolean {
  return !pipe && (url === undefined || version !== undefined);
}

/** Whether a text can be read once only. */
export function isPipe({ read }: TextKey): boolean {
  return 'run' in read;
}

/** In what a text differs from one that an earlier run read: the first file that has changed, or the options. */
export function differenceOf(before: TextKey, now: TextKey): string {
  const [then, files] = [before.read, now.read];
  if (!Array.isArray(then) || !Array.isArray(files)) return 'it was a pipe';
  const old = new Map((then as ListedFile[]).map((file) => [file.path, file]));
  for (const file of files as ListedFile[]) {
    const earlier = old.get(file.path);
    if (!earlier) return `${file.path} is new`;
    if (!isDeepStrictEqual(earlier, JSON.parse(JSON.stringify(file)))) {
      return earlier.size === file.size
        ? `${file.path} has changed`
        : `${file.path} has changed: ${earlier.size} bytes then, ${file.size} now`;
    }
    old.delete(file.path);
  }
  const [gone] = old.keys();
  if (gone !== undefined) return `${gone} is no longer read`;
  const keys = (['reading', 'filter', 'pruneAt', 'tokenize', 'phrases'] as const).filter(
    (key) => !isDeepStrictEqual(JSON.parse(JSON.stringify(now[key] ?? null)), before[key] ?? null),
  );
  return keys.length > 0 ? `${keys.join(' and ')} have other options` : 'files come in another order';
}
