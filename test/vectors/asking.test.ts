import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { zeroMatrix } from '../../src/core/vectors.js';
import { oneHot } from '../../src/vectors/embedding-matrix.js';
import { Vectors } from '../../src/vectors/vectors.js';
import { padded } from '../formats/support.js';
import { courseVectors } from './course-table.js';

const TABLE = courseVectors();

function near(actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-6): void {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of expected.entries()) {
    assert.ok(Math.abs(actual[i]! - value) <= tolerance, `${actual[i]} is not ${value}`);
  }
}

describe('the table of features (gender, royal, age, food)', () => {
  test('man - woman is gender alone, and so is king - queen', () => {
    near(TABLE.sum(TABLE.expression('man - woman')), [-2, 0, 0, 0], 0.05);
    near(TABLE.sum(TABLE.expression('king -queen')), [-2, 0, 0, 0], 0.1);
    near(TABLE.sum(TABLE.expression('+man -woman')), [-2, -0.01, 0.01, 0.03]);
  });

  test('man is to woman as king is to queen, by each similarity and by 3CosMul', () => {
    for (const similarity of ['cosine', 'euclidean', 'dot'] as const) {
      assert.equal(TABLE.analogy('man', 'woman', 'king', { similarity })[0]!.word, 'queen');
    }
    assert.equal(TABLE.analogy('man', 'woman', 'king', { method: 'multiply' })[0]!.word, 'queen');
    assert.equal(TABLE.analogy('woman', 'man', 'queen', { count: 1 })[0]!.word, 'king');
  });

  test('the words of the question are left out of the answers', () => {
    const words = TABLE.analogy('man', 'woman', 'king').map(({ word }) => word);
    assert.deepEqual(words.sort(), ['apple', 'orange', 'queen']);
    const byProduct = TABLE.analogy('man', 'woman', 'king', { method: 'multiply' });
    assert.deepEqual(byProduct.map(({ word }) => word).sort(), ['apple', 'orange', 'queen']);
  });

  test('apple is nearest to orange, by each similarity', () => {
    const nearest = (similarity: 'cosine' | 'euclidean' | 'dot') =>
      TABLE.nearest('apple', 1, { similarity })[0]!;
    assert.equal(nearest('cosine').word, 'orange');
    assert.ok(nearest('cosine').similarity > 0.99);
    // Differences .01 .01 .05 .02: the root of .0031, negated.
    assert.equal(nearest('euclidean').word, 'orange');
    near([nearest('euclidean').similarity], [-0.05568], 1e-5);
    // 0 + 0 - .03 x .02 + .95 x .97
    assert.equal(nearest('dot').word, 'orange');
    near([nearest('dot').similarity], [0.9209], 1e-6);
  });

  test('the odd one out comes first', () => {
    assert.equal(TABLE.oddOneOut(['orange', 'queen', 'apple'])[0]!.word, 'queen');
    // The mean is (-.245 .47 .3625 .255): squared distances .94 .87 1.87 .88.
    const byDistance = TABLE.oddOneOut(['man', 'king', 'queen', 'apple'], { similarity: 'euclidean' });
    assert.deepEqual(
      byDistance.map(({ word }) => word),
      ['queen', 'man', 'apple', 'king'],
    );
    assert.throws(() => TABLE.oddOneOut(['man', 'woman']), { kind: 'data' });
  });
});

describe('one-hot vectors', () => {
  const words = TABLE.words;

  test('know nothing of each other: inner product 0, equal distances, for any two words', () => {
    const vectors = new Vectors({
      words: [...words],
      matrix: padded([...words].map((word) => [...TABLE.oneHot(word)])),
    });
    for (const a of words) {
      for (const b of words) {
        if (a === b) continue;
        assert.equal(vectors.similarity(a, b, { similarity: 'dot' }), 0);
        assert.equal(vectors.similarity(a, b, { similarity: 'euclidean' }), -Math.SQRT2);
      }
    }
  });

  test('look a word up in the matrix E', () => {
    assert.deepEqual(TABLE.matrix.shape, [4, 6]);
    for (const word of words) assert.deepEqual(TABLE.matrix.times(TABLE.oneHot(word)), TABLE.get(word));
    assert.throws(() => TABLE.oneHot('manx'), { kind: 'data', message: /Did you mean "man"/ });
  });

  test('of 10,000 words take 400 MB, 300 features of each 12 MB', () => {
    const vectors = new Vectors({
      words: Array.from({ length: 10_000 }, (_, id) => `word${id}`),
      matrix: zeroMatrix(10_000, 300),
    });
    assert.equal(vectors.oneHot('word9999').byteLength * vectors.size, 400_000_000);
    assert.equal(oneHot(0, vectors.size).byteLength, 40_000);
    assert.equal(vectors.get('word9999').byteLength * vectors.size, 12_000_000);
  });
});

describe('sums of words', () => {
  const vectors = new Vectors({
    words: ['x', 'y', 'long x', '-', '+1', '0'],
    matrix: padded([
      [1, 0],
      [0, 1],
      [10, 0],
      [0, -1],
      [3, 4],
      [0, 0],
    ]),
  });

  test('are of vectors as they are, or of length 1', () => {
    assert.deepEqual(vectors.sum(vectors.expression('+long x -y')), Float32Array.of(10, -1));
    assert.deepEqual(
      vectors.sum(vectors.expression('long x + y'), { unitLength: true }),
      Float32Array.of(1, 1),
    );
    // A vector of length 0 has no direction, and stays.
    assert.deepEqual(vectors.sum(vectors.expression('x + 0'), { unitLength: true }), Float32Array.of(1, 0));
  });

  test('have neighbours, where no word of the sum is among', () => {
    const found = vectors.nearest(vectors.expression('long x -y'), 2);
    // (1, -1) has the cosine 1/√2 with x and with -.
    assert.deepEqual(
      found.map(({ word, similarity }) => [word, similarity.toFixed(4)]),
      [
        ['x', '0.7071'],
        ['-', '0.7071'],
      ],
    );
    assert.equal(vectors.nearest(vectors.expression('long x -y'), 1, { similarity: 'dot' })[0]!.word, '+1');
  });

  test('text that is a word of the vectors is that word', () => {
    assert.deepEqual(vectors.expression('-'), [{ word: '-', weight: 1 }]);
    assert.deepEqual(vectors.expression('+1'), [{ word: '+1', weight: 1 }]);
    assert.deepEqual(vectors.expression('x++1'), [{ word: 'x++1', weight: 1 }]);
    assert.deepEqual(vectors.sum(vectors.expression('x ++1')), Float32Array.of(4, 4));
  });

  test('an unknown word in the middle is named, with its spelling', () => {
    assert.throws(() => vectors.nearest(vectors.expression('x + long-x - y')), {
      kind: 'data',
      message: 'the word "long-x" is not among these vectors\n  Did you mean "long x"?',
    });
  });

  test('the mean of a line counts a word as often as it comes', () => {
    assert.deepEqual(vectors.mean(['x', 'y', 'x', 'x']), Float32Array.of(0.75, 0.25));
    assert.deepEqual(vectors.mean(['long x', 'y'], { unitLength: true }), Float32Array.of(0.5, 0.5));
    assert.throws(() => vectors.mean([]), { kind: 'data' });
    assert.throws(() => vectors.mean(['x', 'z']), { kind: 'data', message: /"z"/ });
  });
});

describe('3CosMul', () => {
  const vectors = new Vectors({
    words: ['a', 'b', 'c', 'd', 'e'],
    matrix: padded([
      [1, 0],
      [0, 2],
      [-1, 0],
      [0, -3],
      [-4, 4],
    ]),
  });

  test('is the product of cosines from 0 to 1, over the third and .001', () => {
    // e: cosines 1/√2, 1/√2, -1/√2 become .853553 .853553 .146447. d is opposite to b: 0.
    const [first, second] = vectors.analogy('a', 'b', 'c', { method: 'multiply' });
    assert.deepEqual([first!.word, second!.word], ['e', 'd']);
    near([first!.similarity, second!.similarity], [0.853553 ** 2 / 0.147447, 0], 1e-4);
    const [other] = vectors.analogy('a', 'b', 'c', { method: 'multiply', epsilon: 0 });
    near([other!.similarity], [0.853553 ** 2 / 0.146447], 1e-4);
  });

  test('is of cosines only', () => {
    assert.throws(() => vectors.analogy('a', 'b', 'c', { method: 'multiply', similarity: 'dot' }), {
      kind: 'usage',
    });
  });
});
