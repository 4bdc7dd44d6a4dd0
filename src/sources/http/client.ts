import type { LookupFunction } from 'node:net';
import pLimit from 'p-limit';
import { parseOptions } from '../../core/options.js';
import type { Report } from '../../core/report.js';
import type { Input } from '../input.js';
import { HttpCache } from './cache.js';
import { type OpenedBytes, openThroughCache } from './cached-file.js';
import { Connections } from './connections.js';
import { credentialsFrom } from './credentials.js';
import { Download, type DownloadSettings } from './download.js';
import { inspect } from './inspect.js';
import { type HttpOptions, httpOptions } from './options.js';
import { ReadAhead } from './read-ahead.js';
import type { GivenUrl } from './url.js';
import { type HttpVersion, versionName } from './version.js';

/** So many bytes of each open file are read before they are asked for. */
const READ_AHEAD_BYTES = 4 * 1024 * 1024;

/** What a client is given by the run. */
export interface HttpSettings {
  readonly signal?: AbortSignal;
  readonly report?: Report;
  /** Where proxies and credentials come from; the process's own by default. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Finds the addresses of names, as `dns.lookup` does, which it is by default. */
  readonly lookup?: LookupFunction;
}

/** A file of a server that is being read. */
export interface HttpFile extends Input {
  /** Which version of it: its ETag or its time. */
  readonly version: string | undefined;
  close(): Promise<void>;
}

/** Reads files from HTTP servers; all of them by the same connections. */
export class HttpClient {
  readonly options: HttpOptions;
  readonly #settings: DownloadSettings;
  readonly #cache: HttpCache | undefined;
  readonly #end = new AbortController();
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #listed = new Map<string, Promise<HttpVersion>>();
  #cleaned: Promise<void> | undefined;

  /** @throws WordmillError `usage` for wrong options, proxies or credentials */
  constructor(options: Partial<HttpOptions> = {}, settings: HttpSettings = {}) {
    this.options = parseOptions(httpOptions, options, 'source.http');
    const { signal, report, environment = process.env, lookup } = settings;
    this.#limit = pLimit(this.options.connections);
    this.#cache = this.options.cache === undefined ? undefined : new HttpCache(this.options.cache);
    this.#settings = {
      options: this.options,
      connections: new Connections(this.options, environment, lookup),
      credentials: credentialsFrom(environment),
      signal: AbortSignal.any([this.#end.signal, ...(signal ? [signal] : [])]),
      report,
      random: Math.random,
    };
  }

  /**
   * What the server says of a file, without reading it; asked once. A file that is opened later must still be so.
   *
   * @throws WordmillError `noInput` where it cannot be had, `unavailable` where the server does not answer
   */
  list(given: GivenUrl): Promise<HttpVersion> {
    let version = this.#listed.get(given.url.href);
    if (!version) {
      version = this.#limit(() => inspect(given, this.#settings));
      this.#listed.set(given.url.href, version);
    }
    return version;
  }

  /**
   * Opens a file; its first bytes are read at once, and some more ahead of whoever reads it.
   *
   * @param signal ends the waiting for the server
   * @throws WordmillError as `Download` does
   */
  open(given: GivenUrl, signal?: AbortSignal): Promise<HttpFile> {
    return this.#limit(() => this.#open(given, signal));
  }

  /** Ends all connections and downloads. */
  async close(): Promise<void> {
    this.#end.abort();
    await this.#settings.connections.close();
  }

  async #open(given: GivenUrl, stop?: AbortSignal): Promise<HttpFile> {
    const closed = new AbortController();
    const signals = [this.#settings.signal, closed.signal, ...(stop ? [stop] : [])];
    const settings = { ...this.#settings, signal: AbortSignal.any(signals) };
    const listed = await this.#listed.get(given.url.href);
    const download = new Download(given, settings, listed);
    let bytes: OpenedBytes;
    if (this.#cache) {
      this.#cleaned ??= this.#clean(this.#cache, given.url);
      await this.#cleaned;
      bytes = await openThroughCache({ given, cache: this.#cache, download, settings });
    } else {
      await download.open();
      bytes = { version: download.version, chunks: download.chunks(), close: async () => download.close() };
    }
    const chunks = new ReadAhead(bytes.chunks, READ_AHEAD_BYTES);
    return {
      name: given.name,
      version: versionName(bytes.version),
      chunks,
      async close() {
        closed.abort();
        await chunks.close();
        await bytes.close();
      },
    };
  }

  /** Once in a run; all that is listed by then will be asked for. */
  async #clean(cache: HttpCache, first: URL): Promise<void> {
    const { cache: folder, cacheDays } = this.options;
    const listed = [...this.#listed.keys()].map((url) => new URL(url));
    const removed = await cache.removeUnused(cacheDays, [first, ...listed]);
    if (removed === 0) return;
    this.#settings.report?.note(
      `${folder}: removed ${removed} ${removed === 1 ? 'download' : 'downloads'} without use for ${cacheDays} days`,
    );
  }
}
