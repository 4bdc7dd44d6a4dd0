/**
 * Where the machines of a run keep what they exchange: a shared folder, or a bucket of an S3-compatible service. Keys are
 * paths without a leading slash, of letters, digits, `-`, `_`, `.` and `/`.
 *
 * Objects are written once: under a key that has one, the first stays. All methods throw WordmillError: `unavailable`
 * where the service cannot be reached (a `PassingFailure`, until `RetryingStore` has tried several times), `inputOutput`
 * where a disk fails, `cannotCreate` where it does not allow this, and the abort error when the signal fires.
 */
export interface ObjectStore {
  /** What it is called in messages, without anything secret. */
  readonly name: string;
  /**
   * Writes a file's content under a key, whole or not at all.
   *
   * @returns whether it was written; false where the key had an object already, which stays.
   */
  putFile(key: string, path: string, signal?: AbortSignal): Promise<boolean>;
  /** The same with bytes in memory. */
  putBytes(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<boolean>;
  /** Writes an object's content to a file. @returns false where there is no such object. */
  getFile(key: string, path: string, signal?: AbortSignal): Promise<boolean>;
  /** A small object's content; undefined where there is none. */
  getBytes(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** The size of an object in bytes; undefined where there is none. */
  size(key: string, signal?: AbortSignal): Promise<number | undefined>;
  /** The keys that begin with a prefix, in the order of their bytes; where `after` is given, those that follow it. */
  list(prefix: string, signal?: AbortSignal, after?: string): AsyncIterable<string>;
  /** Removes an object, if it is there. */
  remove(key: string, signal?: AbortSignal): Promise<void>;
  /** Lets go of connections. */
  close(): Promise<void>;
}
