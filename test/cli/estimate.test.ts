import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { notBuilt, smallCorpus, temporaryFolder, wordmill } from './helpers.js';

describe('check --estimate', { skip: notBuilt }, () => {
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    ({ folder, remove } = await temporaryFolder());
    await writeFile(join(folder, 'corpus.txt'), smallCorpus(200));
    const definition = {
      source: { files: 'corpus.txt' },
      train: { dimensions: 8 },
      sinks: [{ glove: 'v.txt' }],
    };
    await writeFile(join(folder, 'job.json'), JSON.stringify(definition));
  });
  after(() => remove());

  test('adds the estimate to the plan as comments; with --json it is one object', async () => {
    const text = await wordmill(['check', 'job.json', '--estimate'], { cwd: folder });
    assert.equal(text.code, 0, text.stderr);
    assert.match(text.stdout, /^# tokens {6}3,200$/m);
    assert.match(text.stdout, /^# vocabulary {2}15$/m);
    const json = await wordmill(['check', 'job.json', '--estimate', '--json'], { cwd: folder });
    const { tokens, memory, disk } = JSON.parse(json.stdout);
    assert.deepEqual(tokens, { low: 3_200, likely: 3_200, high: 3_200 });
    assert.ok(memory.low < memory.likely && memory.likely < memory.high);
    assert.ok(disk.some(({ what }: { what: string }) => what === 'v.txt'));
  });

  test('refuses --json without an estimate, which has no effect', async () => {
    const { code, stderr } = await wordmill(['check', 'job.json', '--json'], { cwd: folder });
    assert.equal(code, 2);
    assert.match(stderr, /--json: has an effect on an estimate only/);
  });
});
