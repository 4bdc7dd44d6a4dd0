import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { WordmillError } from '../core/errors.js';
import { FolderStore } from './folder-store.js';
import type { ObjectStore } from './object-store.js';
import { RETRY_DEFAULTS, type RetrySettings } from './retries.js';
import { RetryingStore } from './retrying-store.js';
import { s3Place } from './s3-address.js';
import { S3Store } from './s3-store.js';

/** How a store is opened. */
export interface StoreSettings {
  /** How often a request that fails is made again. */
  readonly retries?: Partial<RetrySettings>;
}

const HINT = 'Give a folder that all machines share (/shared/wordmill), or s3://BUCKET/PREFIX.';

const SCHEME = /^([a-z][a-z0-9+.-]*):/i;

/**
 * Opens the storage at an address: a folder by its path or as `file:///FOLDER`, or `s3://BUCKET/PREFIX`. Failures that may
 * pass are dealt with: requests are made again.
 *
 * @throws WordmillError `usage` for an address that is none, with what to write; `cannotCreate` where a file is in the
 * folder's place. Whether the storage can be reached shows with the first use.
 */
export async function openStore(address: string, settings: StoreSettings = {}): Promise<ObjectStore> {
  const retries = { ...RETRY_DEFAULTS, ...settings.retries };
  return new RetryingStore(await storeAt(address, retries), retries);
}

async function storeAt(address: string, retries: RetrySettings): Promise<ObjectStore> {
  if (address === '') throw addressError('the address of the storage is empty');
  const scheme = SCHEME.exec(address)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
      return openFolder(address);
    case 'file':
      return openFolder(pathOfUrl(address));
    case 's3':
      return new S3Store(s3Place(address), { retries });
    case 'http':
    case 'https':
      throw addressError(
        `storage has no ${scheme} address`,
        'Write s3://BUCKET/PREFIX, and give the service by AWS_ENDPOINT_URL=http://HOST:PORT.',
      );
    case 's3a':
    case 's3n':
      throw addressError(`storage is written s3://BUCKET/PREFIX here, not ${scheme}://`);
    default:
      throw addressError(`storage cannot be at ${scheme}: addresses`);
  }
}

async function openFolder(path: string): Promise<ObjectStore> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isDirectory()) {
    throw new WordmillError('cannotCreate', 'this is a file; storage needs a folder', {
      place: { file: path },
    });
  }
  return new FolderStore(path);
}

function pathOfUrl(address: string): string {
  try {
    return fileURLToPath(address);
  } catch {
    throw addressError('this is no address of a folder on this machine', 'Write file:///FOLDER.');
  }
}

function addressError(problem: string, hint = HINT): WordmillError {
  return new WordmillError('usage', problem, { hint });
}
