import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { WordmillError } from '../core/errors.js';
import { FolderStore } from './folder-store.js';
import type { ObjectStore } from './object-store.js';
import { RETRY_DEFAULTS, type RetrySettings } from './retries.js';
import { RetryingStore } from './retrying-store.js';

/** How a store is opened. */
export interface StoreSettings {
  /** How often a request that fails is made again. */
  readonly retries?: Partial<RetrySettings>;
}

/** The key of the settings in messages: where the address came from. */
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
  return new RetryingStore(await storeAt(address), retries);
}

async function storeAt(address: string): Promise<ObjectStore> {
  if (address === '') throw addressError('the address of the storage is empty');
  const scheme = SCHEME.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined) return openFolder(address);
  if (scheme === 'file') return openFolder(pathOfUrl(address));
  throw addressError(`storage cannot be at ${scheme}: addresses`);
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
  } catch (cause) {
    throw addressError('this is no address of a folder on this machine', cause);
  }
}

function addressError(problem: string, cause?: unknown): WordmillError {
  return new WordmillError('usage', problem, {
    hint: 'Give a folder that all machines share (/shared/wordmill), or s3://BUCKET/PREFIX.',
    cause,
  });
}
