import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Random } from '../../../src/core/random.js';
import { Report } from '../../../src/core/report.js';
import type { Matrix } from '../../../src/core/vectors.js';
import { loadLibrary } from '../../../src/vectors/hnsw/library.js';
import { openIndex } from '../../../src/vectors/hnsw/open-index.js';
import { measureRecall } from '../../../src/vectors/hnsw/recall.js';
import { ExactSearch } from '../../../src/vectors/search.js';
import { Vectors } from '../../../src/vectors/vectors.js';
import { padded, temporaryFolder } from '../../formats/support.js';

const skip = await loadLibrary().then(
  () => false as const,
  ({ message }: Error) => message,
);

function randomMatrix(rows: number, dimensions: number, seed: number): Matrix {
  const random = new Random(seed);
  return padded(
    Array.from({ length: rows }, () => Array.from({ length: dimensions }, () => random.unit() - 0.5)),
  );
}

const refused = (message: RegExp) => ({ kind: 'data', message });

describe('an index of vectors', { skip }, () => {
  test('of 5,000 random vectors finds nearly all that exact search finds, with the same similarities', async () => {
    const exact = new ExactSearch(randomMatrix(5000, 24, 1));
    const path = join(temporaryFolder(), 'index');
    const { index, built } = await openIndex(path, exact, { efSearch: 20 });
    assert.equal(built, true);
    // Measured with so few candidates: 0.2 % are missed (with 100, none).
    assert.ok(measureRecall(index, exact).recall > 0.99);
    const query = exact.matrix.data.subarray(0, 24);
    const near = new Map(exact.nearestTo(query, 50).map(({ row, similarity }) => [row, similarity]));
    for (const { row, similarity } of index.nearestTo(query, 10)) assert.equal(similarity, near.get(row));
  });

  for (const similarity of ['cosine', 'euclidean', 'dot'] as const) {
    test(`by ${similarity} is read again, and answers as it did`, async () => {
      const exact = new ExactSearch(randomMatrix(300, 5, 2));
      const path = join(temporaryFolder(), 'index');
      const query = Float32Array.of(0.1, -0.2, 0.3, 0.1, 0.4);
      const first = await openIndex(path, exact, {}, { similarity });
      const again = await openIndex(path, exact, { efSearch: 300 }, { similarity });
      assert.deepEqual([first.built, again.built], [true, false]);
      // With so many candidates as there are rows it is exact.
      const options = { similarity, leftOut: [exact.nearestTo(query, 1, { similarity })[0]!.row] };
      assert.deepEqual(again.index.nearestTo(query, 7, options), exact.nearestTo(query, 7, options));
      const other = similarity === 'dot' ? 'cosine' : 'dot';
      assert.throws(() => again.index.nearestTo(query, 1, { similarity: other }), { kind: 'usage' });
    });
  }

  test('has no rows with numbers that are not finite, and gives nothing for such a query', async () => {
    const exact = new ExactSearch(
      padded([
        [1, 0],
        [Number.NaN, 1],
        [0, 0],
        [0, 1],
      ]),
    );
    const { index } = await openIndex(join(temporaryFolder(), 'index'), exact);
    assert.deepEqual(index.nearestTo(Float32Array.of(1, 0), 9), exact.nearestTo(Float32Array.of(1, 0), 9));
    assert.deepEqual(index.nearestTo(Float32Array.of(Number.NaN, 0), 9), []);
  });

  test('is refused where it is of other vectors, or not an index, and stays as it is', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'index');
    const matrix = randomMatrix(100, 4, 3);
    const exact = new ExactSearch(matrix);
    await openIndex(path, exact);
    const among = (other: Matrix) => new ExactSearch(other);
    await assert.rejects(
      openIndex(path, among(randomMatrix(99, 4, 3))),
      refused(/of 100 vectors of 4 numbers/),
    );
    await assert.rejects(openIndex(path, among(randomMatrix(100, 4, 4))), refused(/of other vectors/));
    await assert.rejects(
      openIndex(path, exact, {}, { similarity: 'dot' }),
      refused(/similarity cosine, not dot/),
    );
    await assert.rejects(openIndex(path, exact, { m: 5 }), refused(/built with m 16, not 5/));
    assert.equal((await openIndex(path, exact, { m: 16 })).built, false);
    appendFileSync(path, 'x');
    await assert.rejects(openIndex(path, exact), refused(/bytes, its description says/));
    rmSync(`${path}.json`);
    await assert.rejects(openIndex(path, exact), refused(/index\.json is missing/));
    writeFileSync(`${path}.json`, '{}');
    await assert.rejects(openIndex(path, exact), refused(/does not describe it/));
    assert.deepEqual(readdirSync(folder).sort(), ['index', 'index.json']);
  });

  test('says how far it is; leaves nothing where it is stopped, or cannot be written', async () => {
    const folder = temporaryFolder();
    const exact = new ExactSearch(randomMatrix(3000, 32, 5));
    const stop = new AbortController();
    const done: number[] = [];
    const report = new Report({
      progress: (progress) => {
        assert.deepEqual([progress.phase, progress.total], ['index', 3000]);
        done.push(progress.done);
        stop.abort();
      },
    });
    const stopped = openIndex(join(folder, 'index'), exact, {}, { signal: stop.signal, report });
    await assert.rejects(stopped, { kind: 'aborted' });
    assert.equal(done.length, 1);
    await assert.rejects(openIndex(join(folder, 'no', 'index'), exact), { kind: 'cannotCreate' });
    await assert.rejects(openIndex(join(folder, 'index'), exact, { m: 1 }), { kind: 'usage' });
    assert.deepEqual(readdirSync(folder), []);
  });

  test('answers for Vectors', async () => {
    const matrix = randomMatrix(200, 6, 6);
    const vectors = new Vectors({ words: Array.from({ length: 200 }, (_, i) => `w${i}`), matrix });
    const nearest = vectors.nearest('w7', 5);
    const path = join(temporaryFolder(), 'index');
    const { built, recall } = await vectors.useIndex(path, { efSearch: 200 });
    assert.deepEqual([built, recall], [true, { recall: 1, queries: 200, count: 10 }]);
    assert.deepEqual(vectors.nearest('w7', 5), nearest);
    assert.equal(existsSync(path), true);
  });
});

test('where the library is not installed the error says what to do', async () => {
  await assert.rejects(loadLibrary('hnswlib-node-that-is-not-there'), {
    kind: 'unavailable',
    message: /is not installed\n {2}Run: npm install hnswlib-node/,
  });
});
