import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Report } from '../../src/core/report.js';
import { readPlan } from '../../src/distributed/plan-shards.js';
import type { RunStorage, StepContext } from '../../src/distributed/step.js';
import { BlobCache } from '../../src/storage/blob-cache.js';
import { openStore } from '../../src/storage/open-store.js';
import { runPrefix, runStorage } from '../../src/storage/run-storage.js';

/** A folder that is removed at the end of a test. */
export async function temporaryFolder(t: { after(work: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-distributed-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The storage of a run called `test`, in a folder. */
export async function storageIn(folder: string): Promise<RunStorage> {
  const store = await openStore(join(folder, 'storage'));
  return runStorage(store, 'test', new BlobCache(join(folder, 'cache')));
}

/** The names of a run's records. */
export async function recordsIn(folder: string): Promise<string[]> {
  const store = await openStore(join(folder, 'storage'));
  const names: string[] = [];
  for await (const key of store.list(runPrefix('test')))
    names.push(key.slice(runPrefix('test').length).replace('.json', ''));
  return names;
}

/** What a step is lent, with a run that is planned already. */
export async function stepContext(
  storage: RunStorage,
  folder: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<StepContext> {
  return {
    storage,
    signal,
    plan: await readPlan(storage, signal),
    report: new Report(),
    threads: 2,
    async scratchFolder() {
      await mkdir(join(folder, 'scratch'), { recursive: true });
      return mkdtemp(join(folder, 'scratch', 'of-'));
    },
  };
}
