import { randomUUID } from 'node:crypto';
import { WordmillError } from '../core/errors.js';
import type { ObjectStore } from './object-store.js';

/** What keys of objects begin with that are there for moments only. */
const TRIES = 'tries/';

/**
 * Tries out whether a store can be written, read and removed from: a small object comes and goes. What begins to work with
 * a store learns so at once that its folder is not mounted, or its credentials are wrong.
 *
 * @throws WordmillError as the store does; `inputOutput` where what was written is not what is read.
 */
export async function tryStore(store: ObjectStore, signal?: AbortSignal): Promise<void> {
  const key = TRIES + randomUUID();
  const written = new TextEncoder().encode(key);
  await store.putBytes(key, written, signal);
  const read = await store.getBytes(key, signal);
  await store.remove(key, signal);
  if (read !== undefined && Buffer.compare(read, written) === 0) return;
  throw new WordmillError('inputOutput', 'what is written here is not there when it is read', {
    place: { file: `${store.name}/${key}` },
    hint: 'Is this one storage, and not a cache in front of several?',
  });
}
