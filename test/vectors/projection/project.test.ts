import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { project } from '../../../src/index.js';
import { gaussians, matrixOf, rowsOf } from './support/points.js';
import { inPython, withoutSklearn } from './support/python.js';

const quick = { iterations: 400, threads: 2 } as const;

/** How many points have as their nearest on the map one of their own cluster, `row % clusters`. */
function keptTogether(positions: Float64Array, clusters: number): number {
  const points = positions.length / 2;
  let kept = 0;
  for (let i = 0; i < points; i++) {
    let [nearest, least] = [-1, Number.POSITIVE_INFINITY];
    for (let j = 0; j < points; j++) {
      const square =
        (positions[2 * i]! - positions[2 * j]!) ** 2 + (positions[2 * i + 1]! - positions[2 * j + 1]!) ** 2;
      if (j !== i && square < least) [nearest, least] = [j, square];
    }
    kept += nearest % clusters === i % clusters ? 1 : 0;
  }
  return kept;
}

describe('vectors in two dimensions by t-SNE', () => {
  test('three clusters that lie well apart stay apart', async () => {
    const matrix = gaussians(240, 10, 3, 12);
    for (const start of ['pca', 'random'] as const) {
      const { positions, klDivergence, perplexity, notes } = await project(matrix, { ...quick, start });
      assert.equal(keptTogether(positions, 3), 240);
      assert.ok(klDivergence! > 0 && klDivergence! < 1);
      assert.deepEqual([perplexity, notes], [30, []]);
    }
  });

  test('the same seed gives the same places; another seed, with random starts, others', async () => {
    const matrix = gaussians(60, 5, 2, 6);
    const at = async (seed: number) =>
      (await project(matrix, { ...quick, iterations: 50, start: 'random', seed })).positions;
    assert.deepEqual(await at(1), await at(1));
    assert.notDeepEqual(await at(1), await at(2));
  });

  test('rows with numbers that are not finite have no place, and change nothing for the others', async () => {
    const rows = rowsOf(gaussians(40, 4, 2, 6));
    const without = await project(matrixOf(rows), quick);
    const broken = rows
      .toSpliced(7, 0, [1, Number.NaN, 2, 3])
      .toSpliced(20, 0, [0, 0, Number.POSITIVE_INFINITY, 0]);
    const { positions, leftOut, notes } = await project(matrixOf(broken), quick);
    assert.equal(leftOut, 2);
    assert.match(notes.at(-1)!, /^2 of 42 vectors have numbers that are not finite/);
    const placed = positions.filter((value) => !Number.isNaN(value));
    assert.deepEqual(placed, without.positions);
    for (const i of [14, 15, 40, 41]) assert.ok(Number.isNaN(positions[i]!));
  });

  test('rows that are equal: some, or all', async () => {
    const rows = rowsOf(gaussians(60, 4, 2, 8));
    const repeated = await project(matrixOf([...rows, ...new Array(50).fill(rows[0])]), quick);
    assert.ok(repeated.positions.every(Number.isFinite));
    const all = await project(matrixOf(new Array(40).fill([1, 2, 3])), { ...quick, iterations: 100 });
    assert.ok(all.positions.every(Number.isFinite));
  });

  test('few rows lower the perplexity, and say so; a given one that is too large is an error', async () => {
    const matrix = gaussians(31, 4, 2, 8);
    const { perplexity, notes } = await project(matrix, quick);
    assert.equal(perplexity, 10);
    assert.match(notes[0]!, /perplexity is 10.0 rather than 30, for there are only 31 vectors/);
    await assert.rejects(project(matrix, { perplexity: 11 }), {
      kind: 'usage',
      message: /^perplexity: perplexity 11 is too large for 31 vectors\n.*at most 10,/,
    });
  });

  test('no rows, one, two, three; rows of one dimension', async () => {
    for (const rows of [0, 1, 2, 3]) {
      const { positions } = await project(matrixOf(rowsOf(gaussians(rows, 3, 1, 0))), quick);
      assert.equal(positions.length, 2 * rows);
      assert.ok(positions.every(Number.isFinite), `${rows} rows`);
    }
    const line = await project(matrixOf(Array.from({ length: 30 }, (_, i) => [i])), quick);
    assert.ok(line.positions.every(Number.isFinite));
  });

  test('by angle, the length of vectors does not count', async () => {
    const rows = rowsOf(gaussians(40, 4, 2, 6));
    const scaled = rows.map((row, i) => row.map((value) => value * 2 ** (i % 5)));
    const [plain, other] = await Promise.all(
      [rows, scaled].map((values) => project(matrixOf(values), { ...quick, similarity: 'cosine' })),
    );
    assert.deepEqual(other, plain);
  });

  test('options are checked', async () => {
    const matrix = gaussians(10, 3, 1, 0);
    const wrong = { perplexty: 5 } as object;
    await assert.rejects(project(matrix, wrong), { kind: 'usage', message: /perplexty[\s\S]*perplexity/ });
    await assert.rejects(project(matrix, { theta: 2 }), {
      kind: 'usage',
      message: /theta: must be a number from 0 to 1/,
    });
    await assert.rejects(project(matrix, { signal: AbortSignal.abort() }), { kind: 'aborted' });
  });

  test('maps keep neighbours as scikit-learn’s do (trustworthiness)', { skip: withoutSklearn }, async () => {
    const digits = inPython<{ data: number[][]; theirs: number[] }>(
      null,
      `from sklearn.datasets import load_digits
from sklearn.manifold import TSNE, trustworthiness
data = load_digits().data[:250]
maps = [TSNE(random_state=1, init="pca", perplexity=20, max_iter=500).fit_transform(data)]
print(json.dumps({"data": data.tolist(), "theirs": [trustworthiness(data, m, n_neighbors=10) for m in maps]}))`,
    );
    const { positions } = await project(matrixOf(digits.data), {
      perplexity: 20,
      iterations: 500,
      threads: 2,
    });
    const ours = inPython<number>(
      { data: digits.data, map: [...positions] },
      `from sklearn.manifold import trustworthiness
print(trustworthiness(np.array(given["data"]), np.array(given["map"]).reshape(-1, 2), n_neighbors=10))`,
    );
    assert.ok(ours > digits.theirs[0]! - 0.01, `${ours}, not ${digits.theirs[0]}`);
  });
});

describe('vectors in two dimensions by PCA', () => {
  test('by hand: the plane of most variance, its axes at right angles', async () => {
    const matrix = matrixOf([
      [2, 0, 0],
      [-2, 0, 0],
      [0, 0, 1],
      [0, 0, -1],
    ]);
    const { positions, varianceShares, klDivergence } = await project(matrix, { method: 'pca' });
    const expected = [2, 0, -2, 0, 0, 1, 0, -1];
    for (const [i, value] of expected.entries()) assert.ok(Math.abs(positions[i]! - value) < 1e-12);
    assert.ok(Math.abs(varianceShares![0] - 0.8) < 1e-12 && Math.abs(varianceShares![1] - 0.2) < 1e-12);
    assert.equal(klDivergence, undefined);
  });

  test('no rows, one, equal ones, rows of one dimension', async () => {
    for (const rows of [
      [],
      [[1, 2]],
      [
        [1, 2],
        [1, 2],
      ],
      [[1], [3]],
    ]) {
      const { positions, varianceShares } = await project(matrixOf(rows), { method: 'pca' });
      assert.equal(positions.length, 2 * rows.length);
      assert.ok(positions.every(Number.isFinite));
      assert.ok(varianceShares === undefined || varianceShares.every(Number.isFinite));
    }
  });
});
