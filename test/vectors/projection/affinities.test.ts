import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  conditionalAffinities,
  divergence,
  jointAffinities,
} from '../../../src/vectors/projection/affinities.js';
import { nearestOfAll } from '../../../src/vectors/projection/nearest-rows.js';
import { exactDivergence, fullMatrix, studentWeights } from './support/exact-tsne.js';
import { gaussians, rowsOf } from './support/points.js';
import { inPython, withoutSklearn } from './support/python.js';

const matrix = gaussians(120, 5, 3, 4);
const set = { values: Float64Array.from(matrix.data), rows: matrix.rows, dimensions: matrix.dimensions };

describe('affinities of neighbours', () => {
  test('each row sums to 1 and has the entropy log(perplexity)', async () => {
    const conditional = conditionalAffinities(await nearestOfAll(set, 30, 1), 10);
    for (let row = 0; row < 120; row++) {
      const values = conditional.subarray(30 * row, 30 * row + 30);
      const sum = values.reduce((total, value) => total + value, 0);
      const entropy = values.reduce((total, value) => total - (value > 0 ? value * Math.log(value) : 0), 0);
      assert.ok(Math.abs(sum - 1) < 1e-12);
      assert.ok(Math.abs(entropy - Math.log(10)) < 2e-7);
    }
  });

  test('by hand: at perplexity 2 of two neighbours both count alike, however far', () => {
    const nearest = {
      count: 2,
      rows: Uint32Array.of(1, 2, 0, 2, 1, 0),
      squares: Float64Array.of(1, 4, 1, 1, 1, 4),
    };
    const conditional = conditionalAffinities(nearest, 2);
    for (const value of conditional) assert.ok(Math.abs(value - 0.5) < 1e-3);
    const p = fullMatrix(jointAffinities(nearest, conditional));
    for (const [i, row] of p.entries())
      for (const [j, value] of row.entries()) assert.ok(Math.abs(value - (i === j ? 0 : 1 / 6)) < 1e-3);
  });

  test('neighbours at distance 0, more than the perplexity, share all alike', () => {
    const nearest = { count: 4, rows: Uint32Array.of(1, 2, 3, 4), squares: Float64Array.of(0, 0, 0, 9) };
    const [a, b, c, far] = conditionalAffinities(nearest, 2);
    for (const value of [a!, b!, c!]) assert.ok(Math.abs(value - 1 / 3) < 1e-12);
    assert.ok(far! < 1e-12);
  });

  test('joint affinities are symmetric and sum to 1', async () => {
    const nearest = await nearestOfAll(set, 30, 1);
    const p = jointAffinities(nearest, conditionalAffinities(nearest, 10));
    assert.ok(Math.abs(p.values.reduce((sum, value) => sum + value, 0) - 1) < 1e-12);
    const full = fullMatrix(p);
    for (let i = 0; i < 120; i++) for (let j = 0; j < i; j++) assert.equal(full[i]![j], full[j]![i]);
  });

  test('they are scikit-learn’s', { skip: withoutSklearn }, async () => {
    const expected = inPython<number[][]>(
      rowsOf(matrix),
      `from sklearn.neighbors import NearestNeighbors
from sklearn.manifold import _t_sne
x = np.array(given)
distances = NearestNeighbors(n_neighbors=30).fit(x).kneighbors_graph(mode="distance")
distances.data **= 2
print(json.dumps(_t_sne._joint_probabilities_nn(distances, 10, 0).toarray().tolist()))`,
    );
    const nearest = await nearestOfAll(set, 30, 1);
    const p = fullMatrix(jointAffinities(nearest, conditionalAffinities(nearest, 10)));
    let most = 0;
    for (const [i, row] of expected.entries())
      for (const [j, value] of row.entries()) {
        assert.equal(p[i]![j]! > 0, value > 0);
        most = Math.max(most, Math.abs(p[i]![j]! - value));
      }
    // Its search stops at 1e-5 in the entropy, and works in float32.
    assert.ok(most < 1e-5 * Math.max(...expected.flat()) * 5, `${most}`);
  });

  test('the divergence is that of the definition', async () => {
    const nearest = await nearestOfAll(set, 30, 1);
    const p = jointAffinities(nearest, conditionalAffinities(nearest, 10));
    const map = Float64Array.from({ length: 240 }, (_, i) => Math.sin(i * i));
    const expected = exactDivergence(fullMatrix(p), map);
    assert.ok(Math.abs(divergence(p, map, studentWeights(map).sum) - expected) < 1e-9);
  });
});
