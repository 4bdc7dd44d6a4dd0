import { createHash } from 'node:crypto';
import { constants, type Dirent, lstat, type PathLike, readdir, realpath, type Stats, stat } from 'node:fs';
import { access, readdir as readFolder, realpath as resolveLinks, stat as status } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import leven from 'leven';
import pLimit from 'p-limit';
import { glob, isDynamicPattern } from 'tinyglobby';
import { systemCode, WordmillError } from '../core/errors.js';
import type { Report } from '../core/report.js';
import { isUrl } from '../core/shown-url.js';
import { requireSameState } from './file-state.js';
import { heldBack } from './held-back.js';
import { HttpClient } from './http/client.js';
import type { HttpOptions } from './http/options.js';
import { parseUrl } from './http/url.js';
import { versionName } from './http/version.js';
import { openingError } from './input.js';

const INSPECTED_AT_ONCE = 16;

/** A file to read, on disk or on a server. */
export interface ListedFile {
  /** Its path; of a URL what messages call it, which is the URL without its query. */
  readonly path: string;
  /** In bytes, as it lies there; 0 for pipes and devices, and where a server does not say. */
  readonly size: number;
  /** When its content last changed, in milliseconds since 1970; 0 where a server does not say. */
  readonly modified: number;
  /** Whether it is a pipe or a socket, whose size cannot be known and which can be read once. */
  readonly pipe: boolean;
  /** Of a file on a server: the URL as it was given. It may hold what is secret; show `path`. */
  readonly url?: string;
  /** Of a file on a server: its ETag, else its time; absent where the server gives neither. */
  readonly version?: string;
}

/**
 * Tells a report which files are read, and what is known of them before.
 *
 * @throws WordmillError `tryAgain` where it was told something else of one on disk
 */
export function reportInputs(files: readonly ListedFile[], report: Report): void {
  for (const { path, size, modified, version, url, pipe } of files) {
    const told = report.inputs.get(path);
    if (told?.modified !== undefined && url === undefined && !pipe) {
      requireSameState(path, { size: told.bytes ?? 0, modified: told.modified }, { size, modified });
    }
    report.input(path, {
      ...(!pipe && size > 0 && { bytes: size }),
      ...(!pipe && modified > 0 && { modified }),
      ...(version !== undefined && { version }),
    });
  }
}

/** What of a listed file may be kept on disk: in place of a URL, which may hold what is secret, its SHA-256. */
export function storable({ url, ...file }: ListedFile): ListedFile {
  return url === undefined ? file : { ...file, url: createHash('sha256').update(url).digest('hex') };
}

/** How URLs are asked for. */
export interface ListSettings {
  /** Where a run has a client, that one; else one is made for the list. */
  readonly client?: HttpClient | undefined;
  readonly http?: Partial<HttpOptions> | undefined;
}

/**
 * The files that paths, folders, glob patterns and URLs name: patterns in the order given, files of one pattern in the
 * order of their paths' bytes, each file once, even where links give it several names. Folders are read with all
 * that is in them; hidden files and folders are left out unless they are named. Servers are asked for what their files
 * are, not for the files.
 *
 * @throws WordmillError `noInput` when nothing is named, a path does not exist or cannot be read, a link leads nowhere,
 * or a pattern or a folder has no files, or a server no such file; `usage` for a URL that cannot be read; `unavailable`
 * where a server does not answer
 */
export async function listFiles(
  patterns: string | readonly string[],
  { client, http }: ListSettings = {},
): Promise<ListedFile[]> {
  const given = typeof patterns === 'string' ? [patterns] : patterns;
  if (given.length === 0) throw new WordmillError('noInput', 'no file, folder or pattern is given');
  const urls = given.filter(isUrl);
  if (urls.length > 0 && !client) {
    const own = new HttpClient(http);
    return listFiles(patterns, { client: own }).finally(() => own.close());
  }
  // Servers take their time: all are asked at once, as many as the client allows, and failures wait for their turn.
  const remote = new Map(urls.map((url) => [url, heldBack(listed(url, client!))]));
  const files = new Map<string, ListedFile>();
  const limit = pLimit(INSPECTED_AT_ONCE);
  for (const pattern of given) {
    const found = remote.get(pattern);
    for (const { identity, file } of found
      ? [await found]
      : await limit.map(await expand(pattern), inspect)) {
      if (!files.has(identity)) files.set(identity, file);
    }
  }
  return [...files.values()];
}

/** What a server says of a file. */
async function listed(entry: string, client: HttpClient): Promise<{ identity: string; file: ListedFile }> {
  const given = parseUrl(entry);
  const found = await client.list(given);
  const version = versionName(found);
  const modified = Date.parse(found.lastModified ?? '');
  return {
    identity: given.url.href,
    file: {
      path: given.name,
      size: found.bytes ?? 0,
      modified: Number.isNaN(modified) ? 0 : modified,
      pipe: false,
      url: entry,
      ...(version !== undefined && { version }),
    },
  };
}

async function expand(pattern: string): Promise<string[]> {
  let found: Stats;
  try {
    found = await status(pattern);
  } catch (error) {
    if (!isMissing(error)) throw openingError(error, pattern);
    if (!isDynamicPattern(pattern)) throw openingError(error, pattern, await nearestName(pattern));
    return sorted(await search(pattern), pattern, 'no file matches this pattern');
  }
  if (!found.isDirectory()) return [pattern];
  const inside = await search('**/*', pattern);
  return sorted(
    inside.map((path) => join(pattern, path)),
    pattern,
    'this folder has no files',
  );
}

function sorted(paths: string[], pattern: string, problem: string): string[] {
  if (paths.length === 0) {
    throw new WordmillError('noInput', problem, {
      place: { file: pattern },
      hint: 'Hidden files are left out, and so are pipes and devices that are not named themselves.',
    });
  }
  return paths
    .map((path) => ({ path, bytes: Buffer.from(path) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ path }) => path);
}

/**
 * The files that match a pattern. Links that lead nowhere are among them, so that they are found out when they are
 * opened; the walker by itself would pass over them, and over folders that it may not read.
 */
async function search(pattern: string, folder?: string): Promise<string[]> {
  let unreadable: { path: string; error: NodeJS.ErrnoException } | undefined;
  const fs = {
    readdir: (
      path: string,
      options: { withFileTypes: true },
      done: (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void,
    ): void =>
      readdir(path, options, (error, entries) => {
        if (error && !isMissing(error)) unreadable ??= { path, error };
        done(error, entries);
      }),
    realpath: (path: PathLike, done: (error: NodeJS.ErrnoException | null, resolved: string) => void): void =>
      realpath(path, (error, resolved) => done(null, error ? String(path) : resolved)),
    stat: (path: PathLike, done: (error: NodeJS.ErrnoException | null, stats: Stats) => void): void =>
      stat(path, (error, stats) => (error ? lstat(path, done) : done(null, stats))),
  };
  const paths = await glob(pattern, {
    ...(folder === undefined ? {} : { cwd: folder }),
    absolute: isAbsolute(pattern),
    expandDirectories: false,
    fs: fs as never,
  });
  if (unreadable) throw openingError(unreadable.error, unreadable.path);
  return paths;
}

/** What there is to know of a file before it is opened. */
async function inspect(path: string): Promise<{ identity: string; file: ListedFile }> {
  try {
    const found = await status(path);
    const pipe = found.isFIFO() || found.isSocket();
    await access(path, constants.R_OK);
    return {
      identity: await resolveLinks(path).catch(() => path),
      file: { path, size: found.isFile() ? found.size : 0, modified: found.mtimeMs, pipe },
    };
  } catch (error) {
    throw openingError(
      error,
      path,
      isMissing(error) ? 'It is a link that leads nowhere, or was just removed.' : undefined,
    );
  }
}

function isMissing(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** A hint that names what is there in place of a path that does not exist. */
async function nearestName(path: string): Promise<string> {
  const folder = dirname(path);
  const name = basename(path);
  const names = await readFolder(folder).catch(() => undefined);
  if (names === undefined) {
    return folder === path ? 'Check the path.' : `The folder ${folder} does not exist or cannot be read.`;
  }
  const [nearest] = names
    .map((other) => ({ other, distance: leven(name, other) }))
    .filter(({ distance }) => distance <= Math.max(1, name.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return nearest ? `Did you mean ${join(folder, nearest.other)}?` : 'Check the path.';
}
