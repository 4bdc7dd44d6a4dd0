import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { principalComponents } from '../../../src/vectors/projection/principal-components.js';
import { gaussians, matrixOf, rowsOf } from './support/points.js';
import { inPython, withoutSklearn } from './support/python.js';

describe('principal components', () => {
  test('points on a line, by hand', async () => {
    // (0, 0), (3, 4), (6, 8): the axis is (.6, .8), the steps along it are 5.
    const found = await principalComponents(
      matrixOf([
        [0, 0],
        [3, 4],
        [6, 8],
      ]),
      2,
    );
    const close = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-12);
    close(found.axes[0]!, 0.6);
    close(found.axes[1]!, 0.8);
    close(found.variances[0]!, 25);
    close(found.variances[1]!, 0);
    close(found.totalVariance, 25);
    for (const [row, score] of [-5, 0, 5].entries()) close(found.scores[2 * row]!, score);
  });

  test('the largest entry of an axis, by size, is positive', async () => {
    const { axes } = await principalComponents(
      matrixOf([
        [0, 0],
        [1, -3],
        [-1, 3],
      ]),
      2,
    );
    assert.ok(axes[0]! < 0 && axes[1]! > 0);
    assert.ok(axes[2]! > 0 && axes[3]! > 0);
  });

  test('no more components than dimensions; a single row has no variance', async () => {
    assert.equal(
      (
        await principalComponents(
          matrixOf([
            [1, 2, 3],
            [2, 2, 9],
          ]),
          50,
        )
      ).count,
      3,
    );
    const { variances, scores } = await principalComponents(matrixOf([[1, 2, 3]]), 2);
    assert.deepEqual([...variances, ...scores], [0, 0, 0, 0]);
  });

  test('axes, variances and scores are scikit-learn’s, signs too', { skip: withoutSklearn }, async () => {
    const matrix = gaussians(203, 17, 4, 3);
    const sklearn = inPython<{ axes: number[][]; variances: number[]; scores: number[][] }>(
      rowsOf(matrix),
      `from sklearn.decomposition import PCA
pca = PCA(5, svd_solver="full")
scores = pca.fit_transform(np.array(given, np.float64))
print(json.dumps({"axes": pca.components_.tolist(), "variances": pca.explained_variance_.tolist(), "scores": scores.tolist()}))`,
    );
    const found = await principalComponents(matrix, 5);
    const close = (actual: Float64Array, expected: readonly number[]) => {
      assert.equal(actual.length, expected.length);
      for (const [i, value] of expected.entries())
        assert.ok(Math.abs(actual[i]! - value) < 1e-9 * 20, `${i}`);
    };
    close(found.axes, sklearn.axes.flat());
    close(found.variances, sklearn.variances);
    close(found.scores, sklearn.scores.flat());
  });
});
