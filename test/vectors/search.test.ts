import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Random } from '../../src/core/random.js';
import type { Matrix } from '../../src/core/vectors.js';
import { instructionSets, nativeUnavailable } from '../../src/native/addon.js';
import { ExactSearch } from '../../src/vectors/search.js';
import type { Similarity } from '../../src/vectors/similarity.js';
import { padded, temporaryFolder } from '../formats/support.js';
import { peerPython } from '../support/peers.js';

const SIMILARITIES: readonly Similarity[] = ['cosine', 'euclidean', 'dot'];
/** Plain TypeScript, and each kernel of this machine. */
const MEANS = [null, ...(nativeUnavailable() === undefined ? instructionSets() : [])];

/** Rows as people have them: random, repeated, scaled, tiny, huge, zero and broken ones among them. */
function difficultRows(count: number, dimensions: number, random: Random): number[][] {
  const rows: number[][] = [];
  const uniform = () => 2 * random.unit() - 1;
  for (let row = 0; row < count; row++) {
    const fresh = Array.from({ length: dimensions }, uniform);
    const earlier = rows[random.below(Math.max(1, row))] ?? fresh;
    const kinds = [
      () => earlier,
      () => earlier.map((value) => value * 2),
      () => earlier.map((value) => value + 1e-6 * uniform()),
      () => fresh.map((value) => value * 1e-25),
      () => fresh.map((value) => value * 1e25),
      () => fresh.fill(0),
      () => fresh.with(random.below(dimensions), [Number.NaN, Infinity, -Infinity][random.below(3)]!),
    ];
    rows.push(random.below(3) > 0 ? fresh : kinds[random.below(kinds.length)]!());
  }
  return rows;
}

for (const means of MEANS) {
  describe(`exact search, ${means ?? 'plain TypeScript'}`, () => {
    const among = (rows: readonly (readonly number[])[]) =>
      new ExactSearch(padded(rows, 3), { instructionSet: means });

    test('cosine: by angle, whatever the lengths; zero is similar to nothing', () => {
      const search = among([
        [3, 0],
        [-1, 0],
        [0, 0],
        [1, 1],
      ]);
      const found = search.nearestTo(Float32Array.of(2, 0), 10);
      assert.deepEqual(
        found.map(({ row, similarity }) => [row, Number(similarity.toFixed(2))]),
        [
          [0, 1],
          [3, 0.71],
          [2, 0],
          [1, -1],
        ],
      );
    });

    test('euclidean: the negated distance; dot: the inner product', () => {
      const search = among([
        [3, 4],
        [1, 1],
        [0, 0],
      ]);
      const nearest = (similarity: Similarity) => search.nearestTo(Float32Array.of(0, 0), 2, { similarity });
      assert.deepEqual(nearest('euclidean'), [
        { row: 2, similarity: 0 },
        { row: 1, similarity: -Math.SQRT2 },
      ]);
      assert.deepEqual(search.nearestTo(Float32Array.of(2, -1), 3, { similarity: 'dot' }), [
        { row: 0, similarity: 2 },
        { row: 1, similarity: 1 },
        { row: 2, similarity: 0 },
      ]);
    });

    test('of equal rows the lower comes first, and only it where there is place for one', () => {
      const search = among([[0, 1], ...Array.from({ length: 100 }, () => [1, 0])]);
      for (const similarity of SIMILARITIES) {
        const rows = (count: number) =>
          search.nearestTo(Float32Array.of(1, 0), count, { similarity }).map(({ row }) => row);
        assert.deepEqual([rows(1), rows(3)], [[1], [1, 2, 3]]);
      }
    });

    test('rows with a number that is not finite are never found, nor is anything by such a query', () => {
      const search = among([
        [Number.NaN, 1],
        [1, Infinity],
        [1, 1],
      ]);
      for (const similarity of SIMILARITIES) {
        assert.deepEqual(
          search.nearestTo(Float32Array.of(1, 0), 9, { similarity }).map(({ row }) => row),
          [2],
        );
        assert.deepEqual(search.nearestTo(Float32Array.of(Number.NaN, 0), 9, { similarity }), []);
      }
    });

    test('rows are left out for each query by itself', () => {
      const search = among([[1], [2], [3]]);
      const queries = padded([[1], [1], [1]], 2);
      const found = search.nearest(queries, 2, { similarity: 'dot', leftOut: [[2], [], [1, 2, 0, 7]] });
      assert.deepEqual(
        found.map((rows) => rows.map(({ row }) => row)),
        [[1, 0], [2, 1], []],
      );
    });

    test('no rows, no queries, none wanted', () => {
      assert.deepEqual(among([]).nearestTo(new Float32Array(0), 3), []);
      const search = among([[1], [2]]);
      assert.deepEqual(search.nearest({ ...padded([[1]]), rows: 0 }, 3), []);
      assert.deepEqual(search.nearestTo(Float32Array.of(1), 0), []);
      assert.throws(() => search.nearestTo(Float32Array.of(1, 2), 1), RangeError);
    });
  });
}

describe('exact search gives the same on every kernel as in plain TypeScript, bit for bit', () => {
  for (const dimensions of [1, 2, 3, 5, 8, 15, 16, 17, 33, 50, 100, 300]) {
    test(`${dimensions} dimensions`, () => {
      const random = new Random(dimensions);
      // Enough rows for several pieces, on two threads, the last of them not full.
      const matrix = padded(
        difficultRows(1 + random.below(dimensions < 20 ? 3000 : 900), dimensions, random),
        5,
      );
      const queries = padded(difficultRows(1 + random.below(11), dimensions, random), 2);
      const leftOut = Array.from({ length: queries.rows }, () => [random.below(matrix.rows)]);
      for (const similarity of SIMILARITIES) {
        for (const count of [1, 10, matrix.rows]) {
          const [plain, ...native] = MEANS.map((instructionSet) =>
            new ExactSearch(matrix, { instructionSet, threads: 2 }).nearest(queries, count, {
              similarity,
              leftOut,
            }),
          );
          for (const found of native) assert.deepEqual(found, plain);
        }
      }
    });
  }

  test('rows of any place in memory, and several threads', () => {
    const random = new Random(7);
    const rows = 40_000;
    const all = Float32Array.from({ length: 1 + rows * 9 }, () => random.unit() - 0.5);
    const matrix: Matrix = { data: all.subarray(1), rows, dimensions: 9, stride: 9 };
    const queries = { ...matrix, data: all.subarray(1 + 500 * 9), rows: 300 };
    const [plain, ...native] = MEANS.map((instructionSet) =>
      new ExactSearch(matrix, { instructionSet, threads: 3 }).nearest({ ...queries, rows: 3 }, 5),
    );
    for (const found of native) assert.deepEqual(found, plain);
    // More than go into one call.
    const search = new ExactSearch(matrix);
    assert.deepEqual(
      search.nearest(queries, 1).slice(0, 3),
      plain!.map((found) => found.slice(0, 1)),
    );
    assert.deepEqual(
      search.nearest(queries, 1).map(([best]) => best!.row),
      Array.from({ length: 300 }, (_, i) => 500 + i),
    );
  });
});

const python = peerPython('numpy, gensim');

describe('exact search beside gensim', {
  skip: python === undefined && 'gensim is not installed here',
}, () => {
  test('finds the rows that most_similar finds, at the same cosines', () => {
    const random = new Random(3);
    const [rows, dimensions] = [2000, 40];
    const data = Float32Array.from({ length: rows * dimensions }, () => random.unit() - 0.4);
    const path = join(temporaryFolder(), 'rows.f32');
    writeFileSync(path, data);
    const script = `
import json, numpy
from gensim.models import KeyedVectors
vectors = KeyedVectors(${dimensions})
vectors.add_vectors([str(i) for i in range(${rows})], numpy.fromfile(${JSON.stringify(path)}, dtype='float32').reshape(${rows}, ${dimensions}))
print(json.dumps([[[int(word), float(score)] for word, score in vectors.most_similar(str(i), topn=10)] for i in range(20)]))`;
    const { stdout, stderr } = spawnSync(python!, ['-c', script], { encoding: 'utf8' });
    assert.notEqual(stdout, '', stderr);
    const theirs = JSON.parse(stdout) as [number, number][][];
    const matrix = { data, rows, dimensions, stride: dimensions };
    const leftOut = theirs.map((_, row) => [row]);
    const ours = new ExactSearch(matrix).nearest({ ...matrix, rows: theirs.length }, 10, { leftOut });
    for (const [query, found] of ours.entries()) {
      assert.deepEqual(
        found.map(({ row }) => row),
        theirs[query]!.map(([row]) => row),
      );
      for (const [place, { similarity }] of found.entries()) {
        assert.ok(Math.abs(similarity - theirs[query]![place]![1]) < 1e-6);
      }
    }
  });
});
