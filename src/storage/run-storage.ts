import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { z } from 'zod';
import { WordmillError } from '../core/errors.js';
import { digestOf } from '../core/file-digest.js';
import { optionProblems } from '../core/options.js';
import { sealedJson, unsealedJson } from '../core/sealed-json.js';
import { type Blob, blobKey } from './blob.js';
import type { BlobCache } from './blob-cache.js';
import { isKeyPart } from './keys.js';
import type { ObjectStore } from './object-store.js';

/** What of a run is in storage, for one of its steps. */
export interface RunStorage {
  /** The run's id. */
  readonly run: string;
  /**
   * Stores a file under its content's name. Bytes that are there already are not sent again. The file must not be changed
   * any more.
   */
  put(path: string, signal: AbortSignal): Promise<Blob>;
  /**
   * A local file with a blob's content, checked against its name. It must not be changed, and is there until `close`; the
   * cache keeps it for later steps as long as there is room.
   */
  fetch(blob: Blob, signal: AbortSignal): Promise<string>;
  /** A record of the run; undefined where it is not there yet. @throws WordmillError `data` where it cannot be read. */
  read<Schema extends z.ZodType>(
    name: string,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema> | undefined>;
  /** Writes a record, unless it is there; gives the one that stands. */
  writeOnce<Schema extends z.ZodType>(
    name: string,
    schema: Schema,
    value: z.output<Schema>,
    signal: AbortSignal,
  ): Promise<z.output<Schema>>;
  /** Bytes of files and records that were sent and received so far; what was sent again after a failure counts once. */
  readonly traffic: { readonly sent: number; readonly received: number };
  /** Lets go of the files that `fetch` gave. The store and the cache stay open. */
  close(): Promise<void>;
}

/** Blobs that one step sends or fetches at a time. */
const TRANSFERS = 4;

/** A blob or record that is not as it was written is fetched so often in all, for it may be the transfer. */
const MOST_FETCHES = 3;

/** What keys of records begin with. */
export const RUNS = 'runs/';

/** What keys of a run's records begin with. */
export function runPrefix(run: string): string {
  return `${RUNS}${run}/`;
}

/** The key of a record. */
export function recordKey(run: string, name: string): string {
  return `${runPrefix(run)}${name}.json`;
}

/**
 * A run's objects in a store, for one step.
 *
 * @param store whose failures are dealt with (`openStore`)
 * @throws WordmillError `usage` for an id that cannot be a part of a key
 */
export function runStorage(store: ObjectStore, run: string, cache: BlobCache): RunStorage {
  if (!isKeyPart(run)) {
    throw new WordmillError('usage', `a run cannot be called '${run.slice(0, 100)}'`, {
      hint: 'Use letters, digits, -, _ and ., not first a dot, and at most 200 of them.',
    });
  }
  return new StoredRun(store, run, cache);
}

class StoredRun implements RunStorage {
  readonly traffic = { sent: 0, received: 0 };
  readonly #limit = pLimit(TRANSFERS);
  #links: Promise<string> | undefined;

  constructor(
    readonly store: ObjectStore,
    readonly run: string,
    readonly cache: BlobCache,
  ) {}

  put(path: string, signal: AbortSignal): Promise<Blob> {
    return this.#limit(async () => {
      const blob = await digestOf(path, signal);
      const key = blobKey(blob);
      const there = await this.store.size(key, signal);
      if (there !== blob.bytes) {
        // Of another size it is no content of that name: a disk or a service has spoilt it.
        if (there !== undefined) await this.store.remove(key, signal);
        await this.store.putFile(key, path, signal);
        this.traffic.sent += blob.bytes;
      }
      await this.cache.keep(blob, path);
      return blob;
    });
  }

  async fetch(blob: Blob, signal: AbortSignal): Promise<string> {
    this.#links ??= this.cache.newLinks().catch((error) => {
      this.#links = undefined;
      throw error;
    });
    const path = join(await this.#links, blob.sha256);
    if (await stat(path).catch(() => undefined)) return path;
    await this.#limit(() => this.cache.use(blob, path, signal, (file) => this.#load(blob, file, signal)));
    return path;
  }

  async read<Schema extends z.ZodType>(
    name: string,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema> | undefined> {
    const key = recordKey(this.run, name);
    for (let fetches = 1; ; fetches++) {
      const bytes = await this.store.getBytes(key, signal);
      if (bytes === undefined) return undefined;
      this.traffic.received += bytes.length;
      try {
        return parseRecord(bytes, schema, `${this.store.name}/${key}`);
      } catch (error) {
        if (fetches === MOST_FETCHES) throw error;
      }
    }
  }

  async writeOnce<Schema extends z.ZodType>(
    name: string,
    schema: Schema,
    value: z.output<Schema>,
    signal: AbortSignal,
  ): Promise<z.output<Schema>> {
    const bytes = new TextEncoder().encode(sealedJson(schema.parse(value) as Record<string, unknown>));
    const key = recordKey(this.run, name);
    const written = await this.store.putBytes(key, bytes, signal);
    this.traffic.sent += bytes.length;
    const standing = await this.read(name, schema, signal);
    if (standing !== undefined) return standing;
    throw new WordmillError(
      'data',
      written ? 'this was written and is not there' : 'this was there and is gone',
      {
        place: { file: `${this.store.name}/${key}` },
        hint: 'Was the run removed from storage while it went on? Start it again as a new one.',
      },
    );
  }

  async close(): Promise<void> {
    const links = this.#links;
    this.#links = undefined;
    if (links) await rm(await links, { recursive: true, force: true });
  }

  async #load(blob: Blob, file: string, signal: AbortSignal): Promise<void> {
    const place = { file: `${this.store.name}/${blobKey(blob)}` };
    for (let fetches = 0; fetches < MOST_FETCHES; fetches++) {
      if (!(await this.store.getFile(blobKey(blob), file, signal))) {
        throw new WordmillError('data', 'this is missing, though a record of the run names it', {
          place,
          hint: 'Was it removed from storage? Start the run again as a new one.',
        });
      }
      const { sha256, bytes } = await digestOf(file, signal);
      this.traffic.received += bytes;
      if (sha256 === blob.sha256) return;
      await rm(file);
    }
    throw new WordmillError('data', `its content is not what its name says, ${MOST_FETCHES} times`, {
      place,
      hint: 'A disk or a service has spoilt it. Remove it and the record that names it, and resume the run.',
    });
  }
}

function parseRecord<Schema extends z.ZodType>(
  bytes: Uint8Array,
  schema: Schema,
  file: string,
): z.output<Schema> {
  const value = unsealedJson(new TextDecoder().decode(bytes), file);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, problem } = optionProblems(schema, value, parsed.error)[0]!;
  throw new WordmillError('data', `this is not a record that this version of wordmill reads: ${problem}`, {
    place: { file, key: path.join('.') },
    hint: 'All machines of a run have to have the same version of wordmill.',
  });
}
