import type { ObjectStore } from './object-store.js';
import { type RetrySettings, retrying } from './retries.js';

/**
 * A store whose calls are made again when they fail in a way that may pass (`PassingFailure`).
 *
 * A call whose answer was lost may have done its work: then a put that is made again says false, though the object is of
 * this caller. Who has to know reads the object.
 */
export class RetryingStore implements ObjectStore {
  readonly #store: ObjectStore;
  readonly #settings: RetrySettings;

  constructor(store: ObjectStore, settings: RetrySettings) {
    this.#store = store;
    this.#settings = settings;
  }

  get name(): string {
    return this.#store.name;
  }

  putFile(key: string, path: string, signal?: AbortSignal): Promise<boolean> {
    return retrying(() => this.#store.putFile(key, path, signal), this.#settings, signal);
  }

  putBytes(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<boolean> {
    return retrying(() => this.#store.putBytes(key, bytes, signal), this.#settings, signal);
  }

  getFile(key: string, path: string, signal?: AbortSignal): Promise<boolean> {
    return retrying(() => this.#store.getFile(key, path, signal), this.#settings, signal);
  }

  getBytes(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    return retrying(() => this.#store.getBytes(key, signal), this.#settings, signal);
  }

  size(key: string, signal?: AbortSignal): Promise<number | undefined> {
    return retrying(() => this.#store.size(key, signal), this.#settings, signal);
  }

  /** A list that breaks off goes on after the last key that came. */
  async *list(prefix: string, signal?: AbortSignal, after?: string): AsyncGenerator<string> {
    let last = after;
    let keys: AsyncIterator<string> | undefined;
    const next = async (): Promise<IteratorResult<string>> => {
      keys ??= this.#store.list(prefix, signal, last)[Symbol.asyncIterator]();
      try {
        return await keys.next();
      } catch (error) {
        keys = undefined;
        throw error;
      }
    };
    try {
      for (;;) {
        const { done, value } = await retrying(next, this.#settings, signal);
        if (done) return;
        last = value;
        yield value;
      }
    } finally {
      await keys?.return?.();
    }
  }

  remove(key: string, signal?: AbortSignal): Promise<void> {
    return retrying(() => this.#store.remove(key, signal), this.#settings, signal);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
