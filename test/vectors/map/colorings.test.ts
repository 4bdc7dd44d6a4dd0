import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { byCategory, byCluster, byFrequency } from '../../../src/vectors/map/colorings.js';

describe('colours of words', () => {
  test('by cluster: the largest first, named by its first words', () => {
    const words = ['the', 'man', 'of', 'woman', 'king', 'queen'];
    assert.deepEqual(byCluster(words, [7, 2, 7, 2, 2, 2]), {
      name: 'cluster',
      groups: [
        { label: 'man, woman, king', colour: 0 },
        { label: 'the, of', colour: 1 },
      ],
      groupOf: [1, 0, 1, 0, 0, 0],
    });
  });

  test('by rank, where counts are not known', () => {
    const { groups, groupOf } = byFrequency(120);
    assert.deepEqual(
      groups.map(({ label }) => label),
      ['rank 1–30', 'rank 31–100', 'rank 101–120'],
    );
    assert.deepEqual([groupOf[0], groupOf[29], groupOf[30], groupOf[99], groupOf[100]], [0, 0, 1, 1, 2]);
  });

  test('by count, whatever order words come in', () => {
    const counts = Array.from({ length: 40 }, (_, index) => index + 1_000);
    const { groups, groupOf } = byFrequency(40, counts);
    assert.deepEqual(
      groups.map(({ label }) => label),
      ['1,010–1,039 times', '1,000–1,009 times'],
    );
    assert.deepEqual([groupOf[0], groupOf[9], groupOf[10], groupOf[39]], [1, 1, 0, 0]);
  });

  test('by category: words without one are told apart; the smallest share a colour', () => {
    const two = byCategory(['a', 'b', 'c'], new Map(Object.entries({ a: 'x', c: 'x', z: 'y' })));
    assert.deepEqual(two.groups, [{ label: 'x', colour: 0 }, { label: 'no category' }]);
    assert.deepEqual(two.groupOf, [0, 1, 0]);
    const words = Array.from({ length: 15 }, (_, index) => `w${index}`);
    const many = byCategory(words, new Map(words.map((word) => [word, `of ${word}`])));
    assert.equal(many.groups.length, 12);
    assert.deepEqual(many.groups.at(-1), { label: '4 smaller categories', colour: 11 });
  });
});
