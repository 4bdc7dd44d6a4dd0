import { createReadStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { abortError, throwIfAborted, WordmillError } from '../core/errors.js';
import { temporaryName } from '../core/temporary.js';
import { requireKey, requirePrefix } from './keys.js';
import type { ObjectStore } from './object-store.js';
import { PassingFailure, RETRY_DEFAULTS, type RetrySettings } from './retries.js';
import type { S3Place } from './s3-address.js';
import { S3Client, type S3Timeouts } from './s3-client.js';
import { s3Error } from './s3-errors.js';
import { getInParts, putInParts, type TransferSettings } from './s3-transfer.js';
import { untilAborted } from './until-aborted.js';

/** Settings of an S3 store that others than tests seldom need. */
export interface S3Settings {
  readonly retries?: RetrySettings;
  readonly partBytes?: number;
  readonly timeouts?: S3Timeouts;
  /** Seconds after which a record stands, with a service that has no conditional writes. */
  readonly settleSeconds?: number;
}

const PART_BYTES = 64 * 1024 * 1024;

const SETTLE_SECONDS = 5;

/** Services tell times in whole seconds. */
const CLOCK_SECONDS = 1;

/** An object for trying out whether a service refuses to write over one. Its name begins with a dot, so that it is no key. */
const PROBE = '.conditional-writes';

/** A record is no larger. */
const MOST_BYTES = 2 ** 40;

/**
 * A bucket of an S3-compatible service, or what is below a prefix in it. Which service, region and credentials is for the
 * SDK to find.
 *
 * Objects are put with `If-None-Match: *`, so that the service itself keeps the first. With a service that does not know
 * or ignores that, which is tried out once, a put looks first whether there is one. Two that look at the same time then
 * both write, and the later one stands. For files that is as good, since their keys are names of their content. Of bytes
 * (records) the writer waits until whoever looked before it has written too, and then says whose stand; readers wait for
 * so long after a record was written as well. That holds as long as nobody stands still for `settleSeconds` between
 * looking and writing; no protocol of reads and writes alone can do without such an assumption.
 */
export class S3Store implements ObjectStore {
  readonly name: string;
  readonly #place: S3Place;
  readonly #transfer: TransferSettings;
  readonly #timeouts: S3Timeouts | undefined;
  readonly #settle: number;
  #opened: Promise<S3Client> | undefined;
  #conditional: Promise<boolean> | undefined;

  constructor(place: S3Place, settings: S3Settings = {}) {
    this.#place = place;
    this.name = `s3://${place.bucket}/${place.prefix}`.replace(/\/$/, '');
    this.#transfer = {
      partBytes: settings.partBytes ?? PART_BYTES,
      retries: settings.retries ?? RETRY_DEFAULTS,
    };
    this.#timeouts = settings.timeouts;
    this.#settle = settings.settleSeconds ?? SETTLE_SECONDS;
  }

  async putFile(key: string, path: string, signal?: AbortSignal): Promise<boolean> {
    const client = await this.#begin(key, signal);
    // Before all the bytes are sent for nothing.
    if ((await client.size(key, signal)) !== undefined) return false;
    const condition = await this.#hasConditions(client, signal);
    const { size } = await stat(path);
    if (size > this.#transfer.partBytes) {
      return (await putInParts(client, key, path, size, condition, this.#transfer, signal)) === 'written';
    }
    if (size === 0) return (await client.put(key, new Uint8Array(), 0, condition, signal)) === 'written';
    const body = createReadStream(path);
    try {
      return (await client.put(key, body, size, condition, signal)) === 'written';
    } finally {
      body.destroy();
    }
  }

  async putBytes(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<boolean> {
    const client = await this.#begin(key, signal);
    if (await this.#hasConditions(client, signal)) {
      return (await client.put(key, bytes, bytes.length, true, signal)) === 'written';
    }
    if ((await client.size(key, signal)) !== undefined) return false;
    await client.put(key, bytes, bytes.length, false, signal);
    await pause(this.#settle, signal);
    const standing = await this.getBytes(key, signal);
    return standing !== undefined && Buffer.compare(standing, bytes) === 0;
  }

  async getFile(key: string, path: string, signal?: AbortSignal): Promise<boolean> {
    const client = await this.#begin(key, signal);
    const temporary = join(dirname(path), temporaryName(basename(path)));
    try {
      const found = await getInParts(client, key, temporary, this.#transfer, signal);
      if (found) await rename(temporary, path);
      return found;
    } catch (error) {
      throw s3Error(error, client.nameOf(key), signal, path);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async getBytes(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const client = await this.#begin(key, signal);
    for (;;) {
      const found = await client.get(key, 0, MOST_BYTES, signal);
      if (!found) return undefined;
      const bytes = await this.#bytesOf(client, key, found.body, signal);
      if (bytes.length !== found.total) {
        throw new PassingFailure('the storage service broke off', { place: { file: client.nameOf(key) } });
      }
      if (await this.#mayBeFinal(client, signal)) return bytes;
      const left = this.#settle + CLOCK_SECONDS - (found.age ?? Number.POSITIVE_INFINITY);
      if (left <= 0) return bytes;
      await pause(left, signal);
    }
  }

  async size(key: string, signal?: AbortSignal): Promise<number | undefined> {
    return (await this.#begin(key, signal)).size(key, signal);
  }

  async *list(prefix: string, signal?: AbortSignal, after?: string): AsyncGenerator<string> {
    requirePrefix(prefix);
    if (signal) throwIfAborted(signal);
    yield* (await this.#client()).list(prefix, after, signal);
  }

  async remove(key: string, signal?: AbortSignal): Promise<void> {
    await (await this.#begin(key, signal)).remove(key, signal);
  }

  async close(): Promise<void> {
    (await this.#opened)?.close();
    this.#opened = undefined;
  }

  async #begin(key: string, signal: AbortSignal | undefined): Promise<S3Client> {
    requireKey(key);
    if (signal) throwIfAborted(signal);
    return this.#client();
  }

  #client(): Promise<S3Client> {
    this.#opened ??= S3Client.open(this.#place, this.#timeouts);
    return this.#opened;
  }

  async #hasConditions(client: S3Client, signal: AbortSignal | undefined): Promise<boolean> {
    this.#conditional ??= this.#tryConditions(client).catch((error) => {
      this.#conditional = undefined;
      throw error;
    });
    return untilAborted(this.#conditional, signal);
  }

  /** Whether what is read stands at once. Who is not allowed to write finds out nothing, and takes it so. */
  async #mayBeFinal(client: S3Client, signal: AbortSignal | undefined): Promise<boolean> {
    try {
      return await this.#hasConditions(client, signal);
    } catch (error) {
      if (error instanceof WordmillError && error.kind === 'cannotCreate') return true;
      throw error;
    }
  }

  async #tryConditions(client: S3Client): Promise<boolean> {
    const put = () => client.put(PROBE, new Uint8Array(), 0, true);
    const first = await put();
    return first === 'there' || (first === 'written' && (await put()) === 'there');
  }

  async #bytesOf(
    client: S3Client,
    key: string,
    body: { transformToByteArray(): Promise<Uint8Array> } | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    try {
      return (await body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      throw s3Error(error, client.nameOf(key), signal);
    }
  }
}

async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(seconds * 1000, undefined, signal && { signal }).catch(() => {
    throw abortError(signal!);
  });
}
