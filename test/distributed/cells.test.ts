import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Random } from '../../src/core/random.js';
import { run } from '../../src/core/run.js';
import { countCells } from '../../src/distributed/count-cells.js';
import { encodeShard } from '../../src/distributed/encode-shard.js';
import { ingestShard } from '../../src/distributed/ingest-shard.js';
import { mergeCellFiles, mergeCells } from '../../src/distributed/merge-cells.js';
import { mergeCounts } from '../../src/distributed/merge-counts.js';
import { planRun } from '../../src/distributed/plan-shards.js';
import { cellBytes } from '../../src/formats/cooccurrence.js';
import { cooccurrences } from '../../src/pipeline/cooccurrence.js';
import { resolveDefinition } from '../../src/pipeline/definition.js';
import type { Definition } from '../../src/pipeline/schema.js';
import { stepContext, storageIn, temporaryFolder } from './helpers.js';

const { signal } = new AbortController();

for (const { window, symmetric, unk, shards } of [
  { window: 15, symmetric: true, unk: 'drop', shards: 4 },
  { window: 40, symmetric: false, unk: 'token', shards: 7 },
  { window: 3, symmetric: true, unk: 'token', shards: 1 },
] as const) {
  test(`cells of ${shards} shards are those of a local count to the bit: window ${window}`, async (t) => {
    const folder = await temporaryFolder(t);
    const random = new Random(window);
    const word = () => `w${Math.floor(60 * random.unit() * random.unit())}`;
    const line = () => Array.from({ length: Math.floor(60 * random.unit()) }, word).join(' ');
    const path = join(folder, 'text');
    await writeFile(path, Array.from({ length: 400 }, line).join('\n'));
    const definition = resolveDefinition({
      source: { files: path },
      vocabulary: { minCount: 3, unk },
      sampling: { window, symmetric },
      train: { model: 'glove' },
      distributed: { shards },
    } satisfies Definition);
    const output = join(folder, 'local');
    await run(cooccurrences(definition, { output }));
    const storage = await storageIn(folder);
    await planRun(storage, definition, signal);
    const context = await stepContext(storage, folder);
    const numbers = [...context.plan.shards.keys()];
    assert.equal(numbers.length, shards);
    for (const shard of numbers) await ingestShard(context, shard);
    await mergeCounts(context);
    for (const shard of numbers) await encodeShard(context, shard);
    for (const shard of numbers.reverse()) await countCells(context, shard);
    const { cells, count } = await mergeCells(context);
    const merged = await readFile(await storage.fetch(cells, signal));
    assert.equal(merged.length, 16 * count);
    assert.ok(merged.equals(await readFile(output)));
  });
}

test('more files of cells than may be open at once are merged in rounds', async (t) => {
  const folder = await temporaryFolder(t);
  const files: string[] = [];
  for (let index = 0; index < 100; index++) {
    const path = join(folder, `${index}`);
    const rows = Uint32Array.of(0, index % 7);
    await writeFile(
      path,
      cellBytes({ rows, columns: Uint32Array.of(0, 5), values: Float64Array.of(1 / 3, 0.5) }),
    );
    files.push(path);
  }
  const path = join(folder, 'merged');
  assert.equal(await mergeCellFiles(files, path, { words: 7, unit: 6, signal }), 8);
  const rows = Uint32Array.of(0, 0, 1, 2, 3, 4, 5, 6);
  const columns = Uint32Array.of(0, 5, 5, 5, 5, 5, 5, 5);
  const values = Float64Array.of(200 / 6, 7.5, 7.5, 7, 7, 7, 7, 7);
  assert.deepEqual(new Uint8Array(await readFile(path)), cellBytes({ rows, columns, values }));
});
