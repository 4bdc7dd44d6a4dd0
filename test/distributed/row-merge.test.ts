import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Random } from '../../src/core/random.js';
import { Report } from '../../src/core/report.js';
import type { Matrix } from '../../src/core/vectors.js';
import { averageFiles } from '../../src/distributed/average-files.js';
import { checkContributions } from '../../src/distributed/average-round.js';
import type { Model } from '../../src/distributed/model.js';
import { changedRows, writeRowChanges } from '../../src/distributed/row-changes.js';
import { RowMerge } from '../../src/distributed/row-merge.js';
import { applyRowChanges } from '../../src/distributed/row-reader.js';

const { signal } = new AbortController();
const averaging = { signal, learningRate: 1, report: new Report() };

/** What a row of two numbers becomes, of what shards made of it; undefined where a shard did not change it. */
function merged(before: readonly number[], ...shards: (readonly number[] | undefined)[]): number[] {
  const matrix = { data: Float32Array.from(before), rows: 1, dimensions: 2, stride: 2 };
  const merge = new RowMerge(Uint32Array.of(0), matrix);
  for (const values of shards) {
    merge.startShard();
    if (values) merge.add(0, Float32Array.from(values), 0);
  }
  const block = new Float32Array(2);
  merge.into(block);
  return [...block];
}

test('changes that are equal count once, those without a common direction add up, opposed ones cancel', () => {
  assert.deepEqual(merged([1, 1], [3, 1], [3, 1]), [3, 1]);
  assert.deepEqual(merged([1, 1], [3, 1], [3, 1], [3, 1], [3, 1]), [3, 1]);
  assert.deepEqual(merged([0, 0], [3, 0], [0, 4]), [3, 4]);
  assert.deepEqual(merged([1, 2], [2, 2], [0, 2]), [1, 2]);
  // d = (1, 0) and (1, 1): their sum (2, 1), of squared length 5, times (1 + 2) / 5.
  assert.deepEqual(merged([0, 0], [1, 0], [1, 1]), [...Float32Array.of(6 / 5, 3 / 5)]);
  // d = (3, 0) and (1, 0): (4, 0) times (9 + 1) / 16.
  assert.deepEqual(merged([0, 0], [3, 0], [1, 0]), [2.5, 0]);
  // Nothing is made longer than the sum: d = (2, 0) and (-1, 0) would be, by 5 / 1.
  assert.deepEqual(merged([0, 0], [2, 0], [-1, 0]), [1, 0]);
});

test('a row that one shard changed becomes what that made of it, to the bit', () => {
  const value = [1e-30, 16_777_217];
  assert.deepEqual(merged([1e8, 3], undefined, value, undefined), [...Float32Array.from(value)]);
});

test('a row that is not among those of the merge is an error, not an endless search', () => {
  const matrix = { data: new Float32Array(8), rows: 4, dimensions: 2, stride: 2 };
  for (const row of [0, 2, 3]) {
    const merge = new RowMerge(Uint32Array.of(1), matrix);
    merge.startShard();
    assert.throws(() => merge.add(row, new Float32Array(2), 0), {
      kind: 'data',
      message: /row \d of the changes/,
    });
  }
});

/** A matrix of drawn numbers, with padding. */
function matrix(rows: number, dimensions: number, seed: number): Matrix {
  const stride = dimensions + 2;
  const random = new Random(seed);
  const data = Float32Array.from({ length: rows * stride }, () => random.unit() - 0.5);
  return { data, rows, dimensions, stride };
}

/** What a shard made of a model: some rows, another share of them by seed, have new numbers. */
function trained(model: Model, seed: number): Model {
  const random = new Random(99, seed);
  const change = ({ data, ...shape }: Matrix): Matrix => {
    const now = data.slice();
    for (let row = 0; row < shape.rows; row++) {
      if (random.unit() > (seed % 5) / 4) continue;
      for (let j = 0; j < shape.dimensions; j++) now[row * shape.stride + j]! += random.unit() - 0.4;
    }
    return { ...shape, data: now };
  };
  return { input: change(model.input), output: change(model.output) };
}

async function written(path: string, before: Model, after: Model): Promise<string> {
  const changes = {
    input: await changedRows(before.input, after.input, signal),
    output: await changedRows(before.output, after.output, signal),
  };
  await writeRowChanges(path, changes, signal);
  return path;
}

/** The rule in plain terms, over whole matrices. */
function reference(before: Matrix, shards: readonly Matrix[]): Float32Array {
  const result = before.data.slice();
  for (let row = 0; row < before.rows; row++) {
    const at = (of: Matrix, j: number) => of.data[row * of.stride + j]!;
    const columns = Array.from({ length: before.dimensions }, (_, j) => j);
    const changes = shards.map((shard) => columns.map((j) => at(shard, j) - at(before, j)));
    const squared = (of: readonly number[]) => of.reduce((sum, value) => sum + value ** 2, 0);
    const moved = shards.filter((_, index) => squared(changes[index]!) > 0);
    const sum = columns.map((j) => changes.reduce((total, change) => total + change[j]!, 0));
    const factor = Math.min(1, changes.reduce((total, change) => total + squared(change), 0) / squared(sum));
    for (const j of columns) {
      if (moved.length === 1) result[row * before.stride + j] = at(moved[0]!, j);
      else if (moved.length > 1) result[row * before.stride + j] = at(before, j) + factor * sum[j]!;
    }
  }
  return result;
}

async function folderFor(t: { after(work: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wordmill-merge-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('files of changed rows average as the rule says, over several blocks, one shard without changes', async (t) => {
  const folder = await folderFor(t);
  const before = { input: matrix(3_000, 300, 1), output: matrix(2_500, 300, 2) };
  const shards = [1, 2, 5, 3, 4].map((seed) => trained(before, seed));
  shards.push(before);
  const files: string[] = [];
  for (const [shard, after] of shards.entries())
    files.push(await written(join(folder, `of-${shard}`), before, after));
  const path = join(folder, 'average');
  const untouched = before.input.data.slice();
  const done: [number, number][] = [];
  const report = new Report({ progress: (progress) => done.push([progress.done, progress.total!]) });
  const rows = await averageFiles(files, before, path, { ...averaging, report });
  assert.deepEqual(done.at(-1), [rows, rows]);
  assert.deepEqual(before.input.data, untouched);
  assert.ok(rows > 3_000);
  const model = {
    input: { ...before.input, data: before.input.data.slice() },
    output: { ...before.output, data: before.output.data.slice() },
  };
  await applyRowChanges(path, model, signal);
  for (const name of ['input', 'output'] as const) {
    const expected = reference(
      before[name],
      shards.map((shard) => shard[name]),
    );
    for (const [at, value] of model[name].data.entries())
      assert.ok(Math.abs(value - expected[at]!) <= 1e-6 * (1 + Math.abs(value)), `${name} ${at}`);
  }
});

test('no shards that learned anything leave the model as it is; numbers that are not finite are refused', async (t) => {
  const folder = await folderFor(t);
  const before = { input: matrix(20, 4, 1), output: matrix(20, 4, 2) };
  const file = await written(join(folder, 'none'), before, before);
  const path = join(folder, 'average');
  assert.equal(await averageFiles([file, file], before, path, averaging), 0);
  const wrong = { ...before, input: { ...before.input, data: before.input.data.slice() } };
  wrong.input.data[0] = Number.POSITIVE_INFINITY;
  const bad = await written(join(folder, 'bad'), before, wrong);
  await assert.rejects(averageFiles([file, bad], before, path, { ...averaging, learningRate: 0.3 }), {
    kind: 'data',
    message: /training diverged.*learning rate 0\.3/,
  });
});

test('averaging holds a block of each shard, not the shards', async (t) => {
  const folder = await folderFor(t);
  const before = { input: matrix(12_000, 100, 1), output: matrix(12_000, 100, 2) };
  const after = { input: matrix(12_000, 100, 3), output: matrix(12_000, 100, 4) };
  const file = await written(join(folder, 'all'), before, after);
  const shards = 80;
  // 80 files of 9.7 MB; the blocks of all readers have 64 MB.
  let most = 0;
  const begun = process.memoryUsage().arrayBuffers;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - begun);
  }, 5);
  try {
    const files = new Array<string>(shards).fill(file);
    await averageFiles(files, before, join(folder, 'average'), averaging);
  } finally {
    clearInterval(timer);
  }
  assert.ok(most < 300e6, `${most / 1e6} MB`);
});

test('a shard that is there twice, missing, of another round or of no run is refused', () => {
  const of = (...shards: number[]) => shards.map((shard) => ({ round: 3, shard }));
  checkContributions(of(0, 1, 2), 3, 3);
  const refused = (shards: { round: number; shard: number }[], message: RegExp) =>
    assert.throws(() => checkContributions(shards, 3, 3), { kind: 'data', message });
  refused(of(0, 1, 1), /shard 1 is there twice/);
  refused(of(0, 2), /shard 1 is missing/);
  refused(of(0, 1, 2, 3), /there is a shard 3, but the run has 3/);
  refused([...of(0, 1), { round: 2, shard: 2 }], /shard 2 was trained for round 2, not 3/);
});
