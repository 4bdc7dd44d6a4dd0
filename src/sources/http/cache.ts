import { createHash } from 'node:crypto';
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemCode, WordmillError } from '../../core/errors.js';
import { wholeNumber } from '../../core/options.js';
import { outputError } from '../../core/outputs.js';
import { removeAbandoned, temporaryName } from '../../core/temporary.js';
import { writeFully } from '../../core/whole-io.js';
import type { HttpVersion } from './version.js';

/**
 * A folder of downloads. An entry is two files: `KEY.json` tells which version of the file it is, `KEY-SHA256` holds its
 * bytes as they were transferred. KEY is the SHA-256 of the URL, so that no URL with a signature lies there in clear.
 * Both are written under temporary names; the first is renamed last, so that an entry is there whole or not at all.
 */
const entrySchema = z.strictObject({
  /** The URL without its query, for people who look. */
  url: z.string(),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  bytes: wholeNumber(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** A download that the cache holds. */
export type CacheEntry = z.infer<typeof entrySchema>;

const CHUNK_BYTES = 256 * 1024;
const DAY = 24 * 60 * 60 * 1000;

/** The names of both files of an entry. */
const OF_ENTRY = /^([0-9a-f]{32})(?:\.json|-[0-9a-f]{64})$/;

/** The cache of one folder. */
export class HttpCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What there is of a URL; undefined for nothing, and for an entry that cannot be used. */
  async find(url: URL): Promise<CacheEntry | undefined> {
    const text = await readFile(this.#entryPath(url), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return entrySchema.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  /** Opens the bytes of an entry; undefined where they are missing or not all there. */
  async open(url: URL, entry: CacheEntry): Promise<FileHandle | undefined> {
    const path = this.#bodyPath(url, entry.sha256);
    const file = await open(path, 'r').catch(() => undefined);
    if (file === undefined) return undefined;
    if ((await file.stat()).size === entry.bytes) {
      // When it was last of use: `removeUnused` goes by it.
      await utimes(path, new Date(), new Date()).catch(() => {});
      return file;
    }
    await file.close();
    return undefined;
  }

  /**
   * Removes entries that were of no use for some days. Whoever reads one just then has its file open, and reads on. What
   * cannot be removed stays.
   *
   * @param needed what the run will ask for, which stays whatever its age
   * @returns how many entries went
   */
  async removeUnused(days: number, needed: Iterable<URL>): Promise<number> {
    await removeAbandoned(this.#folder);
    const kept = new Set([...needed].map(keyOf));
    const oldest = Date.now() - days * DAY;
    const unused = new Map<string, string[]>();
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const key = OF_ENTRY.exec(name)?.[1];
      if (key === undefined || kept.has(key)) continue;
      const path = join(this.#folder, name);
      const usedAt = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      if (usedAt >= oldest) kept.add(key);
      else unused.set(key, [...(unused.get(key) ?? []), path]);
    }
    const going = [...unused].filter(([key]) => !kept.has(key));
    for (const path of going.flatMap(([, paths]) => paths)) await rm(path, { force: true }).catch(() => {});
    return going.length;
  }

  /** Takes an entry out, such as one whose bytes are damaged. */
  async remove(url: URL): Promise<void> {
    await rm(this.#entryPath(url), { force: true });
    await this.#removeBodies(url);
  }

  /**
   * Begins an entry.
   *
   * @throws WordmillError `cannotCreate` or `inputOutput`
   */
  async create(url: URL): Promise<CacheWriter> {
    const temporary = join(this.#folder, temporaryName(keyOf(url)));
    try {
      await mkdir(this.#folder, { recursive: true });
      await removeAbandoned(this.#folder);
      // Only for the user: what needs credentials to be read is not for others.
      return new CacheWriter(await open(temporary, 'wx', 0o600), temporary, (entry) =>
        this.#keep(url, temporary, entry),
      );
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw outputError(error, this.#folder);
      throw new WordmillError('cannotCreate', 'this is a file; the cache needs the name of a folder', {
        place: { file: this.#folder },
        cause: error,
      });
    }
  }

  async #keep(url: URL, temporary: string, entry: CacheEntry): Promise<void> {
    await rename(temporary, this.#bodyPath(url, entry.sha256));
    const path = join(this.#folder, temporaryName(`${keyOf(url)}.json`));
    await writeFile(path, `${JSON.stringify(entry)}\n`, { flush: true, mode: 0o600 } as { mode: number });
    await rename(path, this.#entryPath(url));
    await this.#removeBodies(url, entry.sha256);
  }

  async #removeBodies(url: URL, kept?: string): Promise<void> {
    const start = `${keyOf(url)}-`;
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (name.startsWith(start) && name !== `${start}${kept}`)
        await rm(join(this.#folder, name), { force: true });
    }
  }

  #entryPath(url: URL): string {
    return join(this.#folder, `${keyOf(url)}.json`);
  }

  #bodyPath(url: URL, sha256: string): string {
    return join(this.#folder, `${keyOf(url)}-${sha256}`);
  }
}

/** Writes one entry; it is there once `keep` is done. */
export class CacheWriter {
  readonly #file: FileHandle;
  readonly #temporary: string;
  readonly #keep: (entry: CacheEntry) => Promise<void>;
  #position = 0;
  #open = true;

  constructor(file: FileHandle, temporary: string, keep: (entry: CacheEntry) => Promise<void>) {
    this.#file = file;
    this.#temporary = temporary;
    this.#keep = keep;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await writeFully(this.#file, bytes, this.#position);
    this.#position += bytes.length;
  }

  async keep(entry: CacheEntry): Promise<void> {
    await this.#file.sync();
    await this.#close();
    await this.#keep(entry);
  }

  /** Removes what was written, unless it was kept. */
  async discard(): Promise<void> {
    await this.#close();
    await rm(this.#temporary, { force: true });
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#file.close();
  }
}

/** The headers that make a server say that a file is as it was. */
export function revalidation({ etag, lastModified }: HttpVersion): Record<string, string> {
  if (etag !== undefined) return { 'if-none-match': etag };
  return lastModified === undefined ? {} : { 'if-modified-since': lastModified };
}

/** The bytes of an open entry from its start, in chunks. */
export async function* bytesOfEntry(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; ) {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function keyOf(url: URL): string {
  return createHash('sha256').update(url.href).digest('hex').slice(0, 32);
}
