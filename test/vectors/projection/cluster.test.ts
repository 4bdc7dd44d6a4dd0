import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cluster } from '../../../src/vectors/projection/cluster.js';

const matrix = (...rows: number[][]) => ({
  data: Float32Array.from(rows.flat()),
  rows: rows.length,
  dimensions: rows[0]!.length,
  stride: rows[0]!.length,
});

describe('clusters', () => {
  test('are the groups that points stand in, whatever is drawn', async () => {
    const points = matrix([0, 0], [0, 1], [100, 0], [101, 0], [0, 200], [1, 200], [0, 201]);
    for (const seed of [1, 2, 3, 4]) {
      const { clusterOf, count } = await cluster(points, { clusters: 3, seed });
      const [a, b, c] = [clusterOf[0]!, clusterOf[2]!, clusterOf[4]!];
      assert.equal(count, 3);
      assert.equal(new Set([a, b, c]).size, 3);
      assert.deepEqual([...clusterOf], [a, a, b, b, c, c, c]);
    }
  });

  test('by cosine do not see lengths', async () => {
    const { clusterOf } = await cluster(matrix([1, 0], [9, 0.1], [0, 1], [0.1, 9]), {
      clusters: 2,
      similarity: 'cosine',
    });
    assert.equal(clusterOf[0], clusterOf[1]);
    assert.equal(clusterOf[2], clusterOf[3]);
    assert.notEqual(clusterOf[0], clusterOf[2]);
  });

  test('are no more than rows that differ; rows that are not finite are in none', async () => {
    const { clusterOf, count } = await cluster(matrix([1, 1], [1, 1], [Number.NaN, 0], [2, 2]), {
      clusters: 5,
    });
    assert.equal(count, 2);
    assert.equal(clusterOf[2], -1);
    assert.equal(clusterOf[0], clusterOf[1]);
    assert.notEqual(clusterOf[0], clusterOf[3]);
  });
});
