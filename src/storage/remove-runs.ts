import pLimit from 'p-limit';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import { unknownName } from '../core/options.js';
import { unsealedJson } from '../core/sealed-json.js';
import { BLOBS, blobKey, blobSchema } from './blob.js';
import type { ObjectStore } from './object-store.js';
import { RUNS, recordKey } from './run-storage.js';

/** What was removed, in numbers of objects. */
export interface Removed {
  readonly records: number;
  readonly blobs: number;
}

/** Requests at a time. */
const REQUESTS = 8;

/** The runs in storage, in the order of their ids, each with the names of its records. */
export async function storedRuns(store: ObjectStore, signal: AbortSignal): Promise<Map<string, string[]>> {
  const runs = new Map<string, string[]>();
  for await (const key of store.list(RUNS, signal)) {
    const [, run, name] = /^runs\/([^/]+)\/(.+)\.json$/.exec(key) ?? [];
    if (run === undefined) continue;
    if (!runs.has(run)) runs.set(run, []);
    runs.get(run)!.push(name!);
  }
  return runs;
}

/**
 * Removes runs from storage: their records, and then every blob that no record of another run names. Stopped halfway, it
 * can be done again: the record `first` goes last, so that the run is still there by name.
 *
 * Another run that goes on may be about to name a blob, so there must be none: one is taken to go on as long as it has no
 * record `last`.
 *
 * @param names the first and the last record of a run that is done
 * @throws WordmillError `usage` for a run that is not there, `tryAgain` where other runs may go on, naming them, `data` for
 * a record of another run that cannot be read; and then nothing has been removed.
 */
export async function removeRuns(
  store: ObjectStore,
  runs: readonly string[],
  names: { readonly first: string; readonly last: string },
  signal: AbortSignal,
): Promise<Removed> {
  const stored = await storedRuns(store, signal);
  for (const run of runs) {
    if (stored.has(run)) continue;
    const { problem, hint } = unknownName('run', run, [...stored.keys()]);
    throw new WordmillError('usage', `${problem} in ${store.name}`, { hint });
  }
  const others = [...stored].filter(([run]) => !runs.includes(run));
  const goingOn = others.filter(([, records]) => !records.includes(names.last)).map(([run]) => run);
  if (goingOn.length > 0) {
    throw new WordmillError('tryAgain', `runs may go on in ${store.name}: ${goingOn.join(', ')}`, {
      hint: 'They could be about to use what would be removed. Wait until they are done, or remove them too.',
    });
  }
  const keys = (run: string, records: readonly string[]) => records.map((name) => recordKey(run, name));
  const needed = await blobsNamedIn(
    store,
    others.flatMap(([run, records]) => keys(run, records)),
    signal,
  );
  const records = runs.flatMap((run) => keys(run, stored.get(run)!));
  const isFirst = (key: string) => key.endsWith(`/${names.first}.json`);
  await removeAll(
    store,
    records.filter((key) => !isFirst(key)),
    signal,
  );
  const blobs: string[] = [];
  for await (const key of store.list(BLOBS, signal)) if (!needed.has(key)) blobs.push(key);
  await removeAll(store, blobs, signal);
  await removeAll(store, records.filter(isFirst), signal);
  return { records: records.length, blobs: blobs.length };
}

async function blobsNamedIn(
  store: ObjectStore,
  records: readonly string[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const limit = pLimit(REQUESTS);
  const keys = new Set<string>();
  await limit.map(records, async (key) => {
    throwIfAborted(signal);
    const bytes = await store.getBytes(key, signal);
    if (!bytes) return;
    const record = unsealedJson(new TextDecoder().decode(bytes), `${store.name}/${key}`);
    for (const blob of blobsIn(record)) keys.add(blob);
  });
  return keys;
}

/** The keys of the blobs that are named anywhere in a record. */
function* blobsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  const blob = blobSchema.safeParse(value).data;
  if (blob) yield blobKey(blob);
  else for (const inside of Object.values(value)) yield* blobsIn(inside);
}

async function removeAll(store: ObjectStore, keys: readonly string[], signal: AbortSignal): Promise<void> {
  const limit = pLimit(REQUESTS);
  await limit.map(keys, async (key) => {
    throwIfAborted(signal);
    await store.remove(key, signal);
  });
}
