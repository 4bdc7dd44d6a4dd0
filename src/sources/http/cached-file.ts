import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { throwIfAborted } from '../../core/errors.js';
import { readingError } from '../input.js';
import { bytesOfEntry, type CacheEntry, type CacheWriter, type HttpCache, revalidation } from './cache.js';
import { type Download, type DownloadSettings, refuseTooLarge } from './download.js';
import type { GivenUrl } from './url.js';
import { type HttpVersion, versionName } from './version.js';

/** What reading through a cache needs. */
export interface CachedReading {
  readonly given: GivenUrl;
  readonly cache: HttpCache;
  readonly download: Download;
  readonly settings: DownloadSettings;
}

/** The bytes of a URL, and what lets go of them. */
export interface OpenedBytes {
  readonly version: HttpVersion;
  readonly chunks: AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens the bytes of a URL in the cache where the server says that they are as they were, else at the server and into
 * the cache. What the cache holds is compared with its checksum before the server is asked.
 *
 * @throws WordmillError as `Download` does, and `cannotCreate` for a cache that cannot be made
 */
export async function openThroughCache(reading: CachedReading): Promise<OpenedBytes> {
  const { given, cache, download, settings } = reading;
  const found = await usableEntry(reading);
  try {
    if (found && !(await download.open(revalidation(found.entry)))) {
      refuseTooLarge(found.entry.bytes, given.name, settings.options);
      settings.report?.count('source', 'cached');
      return {
        version: found.entry,
        chunks: readEntry(found.file, given.name),
        close: () => found.file.close(),
      };
    }
  } catch (error) {
    await found?.file.close();
    throw error;
  }
  await found?.file.close();
  if (!found) await download.open();
  // Without either there is nothing to ask the server by the next time.
  const { version } = download;
  if (versionName(version) === undefined) {
    return { version, chunks: download.chunks(), close: async () => download.close() };
  }
  const writer = await cache.create(given.url);
  const close = async (): Promise<void> => {
    download.close();
    await writer.discard();
  };
  return { version, chunks: storing(reading, writer), close };
}

/** The entry of a URL and its bytes, where both are whole. */
async function usableEntry({
  given: { url, name, sha256 },
  cache,
  settings: { report, signal },
}: CachedReading): Promise<{ entry: CacheEntry; file: FileHandle } | undefined> {
  const entry = await cache.find(url);
  const file = entry && (await cache.open(url, entry));
  if (!entry || !file) return undefined;
  const hash = createHash('sha256');
  try {
    for await (const chunk of readEntry(file, name)) {
      throwIfAborted(signal);
      hash.update(chunk);
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  const digest = hash.digest('hex');
  if (digest === entry.sha256 && digest === (sha256 ?? digest)) return { entry, file };
  await file.close();
  report?.warn(`cache ${name}`, `${name}: the cached copy does not have its checksum; it is fetched anew`);
  await cache.remove(url);
  return undefined;
}

async function* readEntry(file: FileHandle, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* bytesOfEntry(file);
  } catch (error) {
    throw readingError(error, name);
  }
}

/** Passes a download on and keeps it once it is whole. A cache that cannot be written to does not stop the run. */
async function* storing(
  { given, download, settings: { report } }: CachedReading,
  writer: CacheWriter,
): AsyncGenerator<Uint8Array> {
  let isKept = true;
  const orGoOnWithout = async (writing: Promise<void>): Promise<void> => {
    await writing.catch((error: Error) => {
      isKept = false;
      report?.warn('cache', `${given.name}: cannot be kept in the cache: ${error.message}`);
    });
  };
  for await (const chunk of download.chunks()) {
    if (isKept) await orGoOnWithout(writer.write(chunk));
    yield chunk;
  }
  const { etag, lastModified } = download.version;
  const version = {
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
  };
  const entry = { url: given.name, ...version, bytes: download.bytes, sha256: download.sha256 };
  if (isKept) await orGoOnWithout(writer.keep(entry));
}
