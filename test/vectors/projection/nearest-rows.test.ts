import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { availableAddon, nativeUnavailable } from '../../../src/native/addon.js';
import { nearestOfAll, type RowSet } from '../../../src/vectors/projection/nearest-rows.js';
import { gaussians } from './support/points.js';

const skip = nativeUnavailable() ?? false;

function setOf(rows: readonly (readonly number[])[]): RowSet {
  return { values: Float64Array.from(rows.flat()), rows: rows.length, dimensions: rows[0]!.length };
}

for (const [engine, addon] of Object.entries({ native: availableAddon(), TypeScript: null })) {
  describe(`the nearest rows of all, ${engine}`, { skip: engine === 'native' && skip }, () => {
    test('by hand: nearest first, of equally near ones the lower row, equal rows at 0', async () => {
      const set = setOf([[0], [1], [3], [1], [-1]]);
      const { rows, squares } = await nearestOfAll(set, 3, 2, {}, addon);
      assert.deepEqual([...rows], [1, 3, 4, 3, 0, 2, 1, 3, 0, 1, 0, 2, 0, 1, 3]);
      assert.deepEqual([...squares], [1, 1, 1, 0, 1, 4, 4, 4, 9, 0, 1, 4, 1, 4, 4]);
    });

    test('it can be stopped', async () => {
      const signal = AbortSignal.abort();
      const many = setOf(Array.from({ length: 3_000 }, (_, i) => [i % 97, i % 13]));
      await assert.rejects(nearestOfAll(many, 50, 2, { signal }, addon), { kind: 'aborted' });
    });
  });
}

test('native and TypeScript give the same bits, on any number of threads', { skip }, async () => {
  const { data, rows, dimensions } = gaussians(130, 11, 3, 2);
  const set = { values: Float64Array.from(data), rows, dimensions };
  const expected = await nearestOfAll(set, 20, 1, {}, null);
  for (const threads of [1, 2, 3]) assert.deepEqual(await nearestOfAll(set, 20, threads), expected);
});
