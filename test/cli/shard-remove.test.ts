import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { notBuilt, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

test('runs are removed from storage with what no other run uses', { skip: notBuilt }, async () => {
  const { folder, remove } = await temporaryFolder();
  const env = { WORDMILL_CACHE: join(folder, 'cache'), WORDMILL_STORAGE: join(folder, 'storage') };
  const run = (line: string) => wordmill(line.split(' '), { cwd: folder, env });
  const blobs = () => readdir(join(folder, 'storage', 'blobs')).catch(() => []);
  try {
    await writeFile(join(folder, 'a.txt'), smallCorpus());
    await writeFile(join(folder, 'job.yaml'), 'source: {files: [a.txt]}\nvocabulary: {minCount: 2}\n');
    for (const name of ['may', 'june']) {
      const planned = await run(`shard plan job.yaml --shards 1 --run ${name}`);
      assert.equal(planned.code, 0, planned.stderr);
      const ingested = await run(`shard ingest --run ${name} --shard 0`);
      assert.equal(ingested.code, 0, ingested.stderr);
    }
    const misspelt = await run('shard remove jume');
    assert.equal(misspelt.code, 2);
    assert.match(misspelt.stderr, /unknown run 'jume' in .*storage\n {2}Did you mean 'june'\?/);
    const early = await run('shard remove june');
    assert.equal(early.code, 75);
    assert.match(early.stderr, /runs may go on in .*: may\n/);
    assert.ok((await blobs()).length > 0);
    const removed = await run('shard remove june may');
    assert.equal(removed.code, 0, removed.stderr);
    assert.match(removed.stderr, /removed june, may: 4 records and \d+ files/);
    assert.deepEqual(await blobs(), []);
    assert.deepEqual(await readdir(join(folder, 'storage')), ['.unfinished']);
  } finally {
    await remove();
  }
});
