import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Random } from '../../src/core/random.js';
import type { Matrix } from '../../src/core/vectors.js';
import type { Model } from '../../src/distributed/model.js';
import { readModelInto, writeModel } from '../../src/distributed/model-files.js';
import { changedRows, rowsInBlock, writeRowChanges } from '../../src/distributed/row-changes.js';
import { applyRowChanges, RowChanges } from '../../src/distributed/row-reader.js';
import { readSafetensors } from '../../src/formats/safetensors.js';

const { signal } = new AbortController();

async function folderFor(t: { after(work: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-rows-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A matrix of drawn numbers, with padding after each row. */
function matrix(rows: number, dimensions: number, seed: number): Matrix {
  const stride = dimensions + 3;
  const random = new Random(seed);
  const data = Float32Array.from({ length: rows * stride }, (_, at) =>
    at % stride < dimensions ? random.unit() - 0.5 : 0,
  );
  return { data, rows, dimensions, stride };
}

function modelOf(rows: number, dimensions: number, outputRows = rows): Model {
  return { input: matrix(rows, dimensions, 1), output: matrix(outputRows, dimensions, 2) };
}

function copied({ input, output }: Model): Model {
  return { input: { ...input, data: input.data.slice() }, output: { ...output, data: output.data.slice() } };
}

async function written(path: string, before: Model, after: Model): Promise<void> {
  const changes = {
    input: await changedRows(before.input, after.input, signal),
    output: await changedRows(before.output, after.output, signal),
  };
  await writeRowChanges(path, changes, signal);
}

test('only rows that changed are written, in a file that any reader of safetensors can read', async (t) => {
  const path = join(await folderFor(t), 'changes');
  const before = modelOf(10, 4, 9);
  const after = copied(before);
  after.input.data[3 * 7 + 2] = 5;
  after.input.data[9 * 7] = -1;
  after.output.data[0] = 7;
  after.output.data[4] = 99; // Padding: no part of a row.
  await written(path, before, after);
  const { tensors, metadata } = await readSafetensors(path);
  assert.deepEqual([...tensors.get('input.rows')!.data], [3, 9]);
  assert.deepEqual(tensors.get('input.values')!.shape, [2, 4]);
  assert.deepEqual(tensors.get('input.values')!.data.slice(0, 4), after.input.data.slice(21, 25));
  assert.deepEqual([...tensors.get('output.rows')!.data], [0]);
  assert.deepEqual(metadata, {
    ...{ format: 'wordmill row changes', version: '1' },
    ...{ inputRows: '10', outputRows: '9' },
  });
});

test('rows are compared bit for bit: 0 and -0 differ, the same NaN does not', async () => {
  const before = { data: Float32Array.of(0, Number.NaN, 1), rows: 3, dimensions: 1, stride: 1 };
  const after = { ...before, data: Float32Array.of(-0, Number.NaN, 1) };
  assert.deepEqual([...(await changedRows(before, after, signal)).rows], [0]);
});

for (const [what, rows, dimensions] of [
  ['no rows', 50, 8],
  ['all rows', 50, 8],
  ['more rows than a block holds', 3 * rowsInBlock(300) + 5, 300],
  ['one dimension', 40, 1],
] as const) {
  test(`changes of a model, applied to what it was, give what it became: ${what}`, async (t) => {
    const path = join(await folderFor(t), 'changes');
    const before = modelOf(rows, dimensions, rows - 1);
    const after = what === 'no rows' ? copied(before) : modelOf(rows, dimensions, rows - 1);
    if (what !== 'no rows') {
      after.input.data.set(matrix(rows, dimensions, 7).data);
      after.output.data.set(matrix(rows - 1, dimensions, 8).data);
      if (what.startsWith('more')) {
        for (let row = 0; row < rows; row += 3) {
          const start = row * after.input.stride;
          after.input.data.set(before.input.data.subarray(start, start + dimensions), start);
        }
      }
    }
    await written(path, before, after);
    const changes = await RowChanges.open(path, before);
    const expected = what === 'no rows' ? 0 : what.startsWith('more') ? rows - Math.ceil(rows / 3) : rows;
    assert.equal(changes.count('input'), expected);
    await changes.close();
    const applied = copied(before);
    await applyRowChanges(path, applied, signal);
    assert.deepEqual(applied, after);
  });
}

test('a reader visits rows up to one, and goes on after it', async (t) => {
  const path = join(await folderFor(t), 'changes');
  const before = modelOf(100, 2);
  const after = modelOf(100, 2);
  for (const row of [5, 6, 40, 99]) after.input.data[row * 5] = row;
  await written(path, before, after);
  const changes = await RowChanges.open(path, before);
  const reader = changes.read('input', 100);
  const visited: number[][] = [];
  for (const last of [4, 6, 6, 98, 99, 1_000]) {
    const seen: number[] = [];
    await reader.upTo(last, (row, values, at) => {
      assert.equal(values[at], row);
      seen.push(row);
    });
    visited.push(seen);
  }
  assert.deepEqual(visited, [[], [5, 6], [], [40], [99], []]);
  await changes.close();
});

test('files that are damaged or of another model are refused, with their name', async (t) => {
  const path = join(await folderFor(t), 'changes');
  const before = modelOf(20, 3);
  const after = modelOf(20, 3);
  after.input.data.fill(1);
  await written(path, before, after);
  const refused = (model: Model, problem: RegExp) =>
    assert.rejects(applyRowChanges(path, model, signal), (error: Error & { kind: string }) => {
      assert.equal(error.kind, 'data');
      assert.match(error.message, problem);
      return error.message.includes(path);
    });
  await refused(modelOf(20, 4), /input rows are of 20 x 3, and the model's of 20 x 4/);
  await refused(modelOf(21, 3), /of 20 x 3, and the model's of 21 x 3/);
  const bytes = await readFile(path);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const swapped = Buffer.from(bytes);
  swapped.writeUInt32LE(7, start);
  await writeFile(path, swapped);
  await refused(before, /row 1 after 7/);
  swapped.writeUInt32LE(0, start);
  swapped.writeUInt32LE(20, start + 4 * 19);
  await writeFile(path, swapped);
  await refused(before, /row 20 after 18, of 20/);
  await writeFile(path, bytes);
  await truncate(path, bytes.length - 1);
  await refused(before, /byte/);
  await writeModel(path, before, signal);
  await refused(before, /no file of changed rows/);
});

test('a model that was written reads back the same, and not into one of another size', async (t) => {
  const path = join(await folderFor(t), 'model');
  const model = modelOf(rowsInBlock(5) + 7, 5, 30);
  await writeModel(path, model, signal);
  const read = modelOf(model.input.rows, 5, 30);
  for (const { data } of [read.input, read.output]) data.fill(0);
  await readModelInto(path, read, signal);
  assert.deepEqual(read, model);
  await assert.rejects(readModelInto(path, modelOf(30, 5), signal), {
    kind: 'data',
    message: new RegExp(`this model's input is of F32 \\[${model.input.rows},5\\], not of F32 \\[30,5\\]`),
  });
});
