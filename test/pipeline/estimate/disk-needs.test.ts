import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { resolveDefinition } from '../../../src/pipeline/definition.js';
import { type DiskNeed, diskNeeds } from '../../../src/pipeline/estimate/disk-needs.js';
import { exactly } from '../../../src/pipeline/estimate/range.js';
import type { Definition } from '../../../src/pipeline/schema.js';

const figures = {
  tokens: exactly(1_000),
  types: exactly(100),
  words: exactly(50),
  wordBytes: 5,
  spoolBytesPerToken: 2,
  matrices: exactly(10_000),
};

const definition = (more: Partial<Definition>) =>
  resolveDefinition({ source: { files: 'corpus.txt' }, sinks: [{ word2vec: 'out/v.bin' }], ...more });

const folders = (needs: readonly DiskNeed[]) =>
  Object.fromEntries(needs.map(({ what, folder }) => [what, folder]));

test('each need is of the disk that a run writes it to', () => {
  assert.deepEqual(folders(diskNeeds(definition({}), figures, '/runs')), {
    spool: '/runs',
    'map of words': tmpdir(),
    'checkpoints (2)': '/runs',
    'out/v.bin': 'out',
  });
  assert.deepEqual(folders(diskNeeds(definition({}), figures, undefined)), {
    spool: tmpdir(),
    'map of words': tmpdir(),
    'out/v.bin': 'out',
  });
});

test('a folder of outputs keeps the run, whatever other place there is for runs', () => {
  const needs = diskNeeds(definition({ output: { folder: '/vectors', keep: 3 } }), figures, '/runs');
  assert.deepEqual(folders(needs), {
    spool: '/vectors/runs',
    'map of words': tmpdir(),
    'checkpoints (2)': '/vectors/runs',
    'out/v.bin': '/vectors/runs/out',
  });
});

test('co-occurrences are kept with the run, their parts are not', () => {
  const glove = definition({ train: { model: 'glove' } });
  const needs = diskNeeds(glove, { ...figures, cells: exactly(1_000) }, '/runs');
  const found = Object.fromEntries(needs.map((need) => [need.what, need]));
  assert.equal(found['co-occurrences']!.folder, '/runs');
  assert.deepEqual(found['co-occurrences']!.bytes, exactly(16_000));
  assert.equal(found['their parts']!.folder, tmpdir());
});
