import { Random } from '../../src/core/random.js';
import type { ObjectStore } from '../../src/storage/object-store.js';
import { PassingFailure } from '../../src/storage/retries.js';

/**
 * A store that fails one request in so many, drawn at random: half of those before anything is done, and half after it, as
 * if the answer had been lost.
 */
export class FailingStore implements ObjectStore {
  requests = 0;
  failures = 0;
  readonly #store: ObjectStore;
  readonly #oneIn: number;
  readonly #random: Random;

  constructor(store: ObjectStore, oneIn = 10, seed = 1) {
    this.#store = store;
    this.#oneIn = oneIn;
    this.#random = new Random(seed);
  }

  get name(): string {
    return this.#store.name;
  }

  putFile(key: string, path: string, signal?: AbortSignal): Promise<boolean> {
    return this.#failing(() => this.#store.putFile(key, path, signal));
  }

  putBytes(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<boolean> {
    return this.#failing(() => this.#store.putBytes(key, bytes, signal));
  }

  getFile(key: string, path: string, signal?: AbortSignal): Promise<boolean> {
    return this.#failing(() => this.#store.getFile(key, path, signal));
  }

  getBytes(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    return this.#failing(() => this.#store.getBytes(key, signal));
  }

  size(key: string, signal?: AbortSignal): Promise<number | undefined> {
    return this.#failing(() => this.#store.size(key, signal));
  }

  async *list(prefix: string, signal?: AbortSignal, after?: string): AsyncGenerator<string> {
    for await (const key of this.#store.list(prefix, signal, after)) {
      await this.#failing(async () => {});
      yield key;
    }
  }

  remove(key: string, signal?: AbortSignal): Promise<void> {
    return this.#failing(() => this.#store.remove(key, signal));
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #failing<Result>(request: () => Promise<Result>): Promise<Result> {
    this.requests++;
    const drawn = this.#random.unit() * this.#oneIn;
    if (drawn >= 1) return request();
    this.failures++;
    if (drawn < 0.5) await request();
    throw new PassingFailure('this request fails in a test', { place: { file: this.name } });
  }
}
