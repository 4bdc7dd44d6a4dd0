import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CellBlock } from '../../src/core/blocks.js';
import { countCooccurrences, unitFor } from '../../src/sampling/cooccurrence.js';
import { corpusOf } from '../train/support/corpora.js';

const { signal } = new AbortController();

/** Cells as `[row, column, value]`, in the order in which they come. */
async function cellsOf(blocks: AsyncIterable<CellBlock>): Promise<[number, number, number][]> {
  const cells: [number, number, number][] = [];
  for await (const { rows, columns, values } of blocks) {
    for (const [i, row] of rows.entries()) cells.push([row, columns[i]!, values[i]!]);
  }
  return cells;
}

// Ids by count: a 0 (three times), b 1 (twice), c 2.
const corpus = corpusOf([['a', 'b', 'a', 'c'], ['b'], ['a']]);
const count = (options: { window?: number; symmetric?: boolean; memoryBytes?: number } = {}) =>
  cellsOf(countCooccurrences(corpus, { window: 3, symmetric: true, memoryBytes: 1e6, ...options }, signal));

describe('co-occurrences', () => {
  test('are sums of 1/distance to both sides, inside sentences', async () => {
    assert.deepEqual(await count(), [
      [0, 0, 1], // a . a at distance 2, seen from both
      [0, 1, 2], // a b, b a
      [0, 2, 1 / 3 + 1], // a . . c, a c
      [1, 0, 2],
      [1, 2, 0.5], // b . c
      [2, 0, 1 / 3 + 1],
      [2, 1, 0.5],
    ]);
  });

  test('reach as far as the window', async () => {
    assert.deepEqual(await count({ window: 1 }), [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [2, 0, 1],
    ]);
  });

  test('to one side, a row has what stands to the right of its word', async () => {
    assert.deepEqual(await count({ symmetric: false }), [
      [0, 0, 0.5],
      [0, 1, 1],
      [0, 2, 1 / 3 + 1],
      [1, 0, 1],
      [1, 2, 0.5],
    ]);
  });

  test('are the same where the memory has room for one row at a time', async () => {
    assert.deepEqual(await count({ memoryBytes: 1 }), await count());
  });
});

test('sums are in units that all weights of a window are whole numbers of, while that fits', () => {
  assert.equal(unitFor(1), 1);
  assert.equal(unitFor(4), 12);
  assert.equal(unitFor(15), 360_360);
  assert.equal(unitFor(22), 232_792_560);
  assert.equal(unitFor(23), 2 ** 30);
});
