import type { Options } from 'yargs';
import { type RedisSettings, redisSettings, storageAddress } from '../distributed/settings.js';
import type { RunStorage } from '../distributed/step.js';
import { BlobCache } from '../storage/blob-cache.js';
import { openStore } from '../storage/open-store.js';
import { runStorage } from '../storage/run-storage.js';
import { tryStore } from '../storage/try-store.js';
import type { FlagValues } from './flags.js';

const GROUP = 'Distributed:';

/** The flag that says where the storage is. */
export const storageFlag: Options = {
  string: true,
  requiresArg: true,
  group: GROUP,
  describe:
    'Where machines exchange what they make: a shared folder, or s3://BUCKET/PREFIX; by default $WORDMILL_STORAGE',
};

/** The flags that say where Redis is. */
export const redisOptions: Readonly<Record<string, Options>> = {
  redis: {
    string: true,
    requiresArg: true,
    group: GROUP,
    describe:
      'The Redis server: redis://HOST:PORT, rediss:// for TLS, unix:///PATH; by default $WORDMILL_REDIS (passwords: $WORDMILL_REDIS_PASSWORD)',
  },
  connection: {
    string: true,
    requiresArg: true,
    group: GROUP,
    describe: 'A file (YAML) with redis, redisPassword, redisCa and storage; by default $WORDMILL_CONNECTION',
  },
};

/** The flags that say where Redis and the storage are. */
export const connectionOptions: Readonly<Record<string, Options>> = {
  ...redisOptions,
  storage: storageFlag,
};

/** Redis and the storage of distributed runs. */
export interface OpenedConnections {
  readonly redis: RedisSettings;
  /** What the storage is called in messages. */
  readonly storageName: string;
  /** The storage of a run, for one step. */
  storageOf(run: string): RunStorage;
  /** Tries out whether the storage can be used. @throws WordmillError as `tryStore` does. */
  tryStorage(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/**
 * What the flags, the environment or a file say of Redis and the storage.
 *
 * @param cache the folder of what is fetched; by default the user's
 * @param note told of requests to storage that are made again
 * @throws WordmillError as `redisSettings`, `storageAddress` and `openStore` do.
 */
export async function openConnections(
  values: FlagValues,
  cache?: string,
  note?: (message: string) => void,
): Promise<OpenedConnections> {
  const redis = await redisSettings(values);
  const store = await openStore(await storageAddress(values), { retries: { note } });
  const blobs = new BlobCache(cache);
  return {
    redis,
    storageName: store.name,
    storageOf: (run) => runStorage(store, run, blobs),
    tryStorage: (signal) => tryStore(store, signal),
    close: () => store.close(),
  };
}
