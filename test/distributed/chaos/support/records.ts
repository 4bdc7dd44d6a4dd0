import { z } from 'zod';
import { blobSchema } from '../../../../src/storage/blob.js';
import type { ObjectStore } from '../../../../src/storage/object-store.js';
import { type RunStorage, runPrefix } from '../../../../src/storage/run-storage.js';

const { signal } = new AbortController();

/** What differs from one time to the next: times, and what was in the cache. */
const DIFFERS = ['seconds', 'received', 'sent', 'inputs'];

/** All records of a run, by name. */
export async function recordsOf(store: ObjectStore, storage: RunStorage): Promise<Map<string, unknown>> {
  const records = new Map<string, unknown>();
  const prefix = runPrefix(storage.run);
  for await (const key of store.list(prefix)) {
    const name = key.slice(prefix.length).replace(/\.json$/, '');
    records.set(name, await storage.read(name, z.unknown(), signal));
  }
  return records;
}

/** The same, without what differs from one time, and one folder, to the next. */
export async function comparableRecords(
  store: ObjectStore,
  storage: RunStorage,
  folder: string,
): Promise<Map<string, unknown>> {
  const records = await recordsOf(store, storage);
  return new Map(
    [...records].map(([name, record]) => {
      const text = JSON.stringify(record, (key, value) => (DIFFERS.includes(key) ? undefined : value));
      return [name, JSON.parse(text.replaceAll(folder, ''))];
    }),
  );
}

/** Fetches every blob that a record names: what is not there, or not what its name says, is an error. */
export async function requireBlobs(storage: RunStorage, record: unknown): Promise<void> {
  const blob = blobSchema.safeParse(record);
  if (blob.success) await storage.fetch(blob.data, signal);
  else if (typeof record === 'object' && record !== null) {
    for (const value of Object.values(record)) await requireBlobs(storage, value);
  }
}
