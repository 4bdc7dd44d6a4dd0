import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Report } from '../../../src/core/report.js';
import { wordMap } from '../../../src/vectors/map/build-map.js';
import { COURSE_TABLE as TABLE } from '../course-table.js';

const words = Object.keys(TABLE);
const data = Float32Array.from(Object.values(TABLE).flat());
const vectors = { words, matrix: { data, rows: 6, dimensions: 4, stride: 4 } };
const PCA = { method: 'pca', clusters: 3 } as const;

describe('a map of words', () => {
  test('has for each word its true neighbours, by cosine in all dimensions', async () => {
    const { neighbours } = await wordMap(vectors, { ...PCA, neighbours: 2 });
    const [first] = neighbours[4]!;
    assert.equal(words[first!.row], 'orange');
    const [a, b] = [TABLE.apple, TABLE.orange];
    const cosine =
      a.reduce((sum, value, i) => sum + value * b[i]!, 0) / (Math.hypot(...a) * Math.hypot(...b));
    assert.ok(Math.abs(first!.similarity - cosine) < 1e-6);
    assert.deepEqual(
      neighbours.map((near) => near.length),
      [2, 2, 2, 2, 2, 2],
    );
    assert.equal(words[neighbours[2]![0]!.row], 'man'); // 0.65, against 0.20 for queen
  });

  test('fills a frame whose longer side is 1', async () => {
    const { positions, extent, varianceShares } = await wordMap(vectors, PCA);
    const [x, y] = [0, 1].map((axis) => positions.filter((_, place) => place % 2 === axis));
    assert.deepEqual([Math.min(...x!), Math.min(...y!)], [0, 0]);
    assert.deepEqual([Math.max(...x!), Math.max(...y!)], extent);
    assert.equal(Math.max(...extent), 1);
    assert.ok(varianceShares![0] > varianceShares![1]);
  });

  test('shows the first words and the words of pairs, which arrows join', async () => {
    const map = await wordMap(vectors, { ...PCA, words: 2 }, { pairs: [['queen', 'man']] });
    assert.deepEqual(map.words, ['man', 'woman', 'queen']);
    assert.deepEqual(map.arrows, [[2, 0]]);
    await assert.rejects(wordMap(vectors, PCA, { pairs: [['quen', 'man']] }), {
      kind: 'data',
      hint: 'Did you mean "queen"?',
    });
  });

  test('shows the words of a list, and tells of those that have no vector', async () => {
    const report = new Report();
    const map = await wordMap(vectors, PCA, { list: ['orange', 'pear', 'king'], report });
    assert.deepEqual(map.words, ['king', 'orange']);
    assert.match(report.warnings[0]!, /^1 of the words to be shown have no vector: "pear"/);
    await assert.rejects(wordMap(vectors, PCA, { list: ['pear'] }), { kind: 'data', hint: /"pear"/ });
  });

  test('tells of categories that none of its words has', async () => {
    const report = new Report();
    const categories = new Map([['pear', 'fruit']]);
    await wordMap(vectors, PCA, { categories, report });
    assert.deepEqual(report.warnings, ['none of the words shown has a category']);
  });

  test('is coloured as asked for first', async () => {
    const categories = new Map([['apple', 'fruit']]);
    const names = async (...[options, parts]: [object, object?]) =>
      (await wordMap(vectors, { ...PCA, ...options }, parts)).colorings.map(({ name }) => name);
    assert.deepEqual(await names({}), ['cluster', 'frequency']);
    assert.deepEqual(await names({ color: 'frequency' }), ['frequency', 'cluster']);
    assert.deepEqual(await names({}, { categories }), ['category', 'cluster', 'frequency']);
    await assert.rejects(names({ color: 'category' }), { kind: 'usage' });
  });

  test('puts what is alike into one cluster', async () => {
    const { colorings } = await wordMap(vectors, PCA);
    const { groupOf } = colorings[0]!;
    assert.equal(groupOf[4], groupOf[5]);
    assert.notEqual(groupOf[4], groupOf[2]);
  });

  test('leaves out words whose vectors are not finite', async () => {
    const broken = data.slice();
    broken[0] = Number.NaN;
    const map = await wordMap({ ...vectors, matrix: { ...vectors.matrix, data: broken } }, PCA);
    assert.deepEqual(map.words, words.slice(1));
  });
});
