import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { type Blob, blobKey, blobSchema } from '../../src/storage/blob.js';
import { BlobCache } from '../../src/storage/blob-cache.js';
import { FolderStore } from '../../src/storage/folder-store.js';
import { removeRuns, storedRuns } from '../../src/storage/remove-runs.js';
import { runStorage } from '../../src/storage/run-storage.js';

const { signal } = new AbortController();
const names = { first: 'plan', last: 'result' };
const schema = z.strictObject({ files: z.array(z.strictObject({ name: z.string(), content: blobSchema })) });

/** A store with runs, each with the contents that it names; a run with a result unless its name says otherwise. */
async function withRuns(
  runs: Record<string, string[]>,
  body: (store: FolderStore, blobs: Record<string, Blob>) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'remove-runs-'));
  try {
    const store = new FolderStore(join(folder, 'shared'));
    const blobs: Record<string, Blob> = {};
    for (const [run, contents] of Object.entries(runs)) {
      const storage = runStorage(store, run, new BlobCache(join(folder, 'cache')));
      await storage.writeOnce('plan', schema, { files: [] }, signal);
      const files = [];
      for (const content of contents) {
        const path = join(folder, `file-${run}-${content}`);
        await writeFile(path, content);
        blobs[content] = await storage.put(path, signal);
        files.push({ name: content, content: blobs[content] });
      }
      await storage.writeOnce('ingest-0', schema, { files }, signal);
      if (!run.startsWith('half')) await storage.writeOnce('result', schema, { files: [] }, signal);
    }
    await body(store, blobs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function keysOf(store: FolderStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list('')) keys.push(key);
  return keys;
}

test('a run goes with what only it names, and with what nobody names', () =>
  withRuns({ one: ['both', 'mine'], two: ['both', 'other'] }, async (store, blobs) => {
    await store.putBytes(`blobs/aa/${'a'.repeat(64)}`, new Uint8Array(3));
    assert.deepEqual(
      [...(await storedRuns(store, signal))],
      [
        ['one', ['ingest-0', 'plan', 'result']],
        ['two', ['ingest-0', 'plan', 'result']],
      ],
    );
    assert.deepEqual(await removeRuns(store, ['one'], names, signal), { records: 3, blobs: 2 });
    const left = [blobKey(blobs.both!), blobKey(blobs.other!)].sort();
    assert.deepEqual(await keysOf(store), [
      ...left,
      'runs/two/ingest-0.json',
      'runs/two/plan.json',
      'runs/two/result.json',
    ]);
    assert.deepEqual(await removeRuns(store, ['two'], names, signal), { records: 3, blobs: 2 });
    assert.deepEqual(await keysOf(store), []);
  }));

test('nothing goes while another run may go on', () =>
  withRuns({ one: ['mine'], half: ['other'] }, async (store) => {
    const before = await keysOf(store);
    await assert.rejects(removeRuns(store, ['one'], names, signal), {
      kind: 'tryAgain',
      message: /runs may go on in .*: half\n/,
    });
    assert.deepEqual(await keysOf(store), before);
    assert.deepEqual(await removeRuns(store, ['one', 'half'], names, signal), { records: 5, blobs: 2 });
    assert.deepEqual(await keysOf(store), []);
  }));

test('nothing goes while what another run names cannot be read, or for a run that is not there', () =>
  withRuns({ one: ['mine'], two: ['other'] }, async (store) => {
    await assert.rejects(removeRuns(store, ['ome'], names, signal), {
      kind: 'usage',
      message: /unknown run 'ome' in .*\n {2}Did you mean 'one'\?/,
    });
    await store.remove('runs/two/ingest-0.json');
    await store.putBytes('runs/two/ingest-0.json', new TextEncoder().encode('{"files":[]}'));
    const before = await keysOf(store);
    await assert.rejects(removeRuns(store, ['one'], names, signal), {
      kind: 'data',
      message: /runs\/two\/ingest-0\.json: its checksum is wrong/,
    });
    assert.deepEqual(await keysOf(store), before);
  }));
