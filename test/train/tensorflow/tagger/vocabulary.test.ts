import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseOptions } from '../../../../src/core/options.js';
import { UNKNOWN } from '../../../../src/core/vocabulary.js';
import { type TaggerOptions, taggerOptions } from '../../../../src/train/tensorflow/tagger/options.js';
import {
  buildTaggerVocabulary,
  type TaggerVectors,
  wordId,
} from '../../../../src/train/tensorflow/tagger/vocabulary.js';
import { padded } from '../../../formats/support.js';

const VECTORS: TaggerVectors = {
  words: ['apple', 'pear', UNKNOWN, 'apple', 'plum'],
  matrix: padded([
    [1, 2],
    [3, 4],
    [9, 9],
    [5, 6],
    [7, 8],
  ]),
  file: 'fruit.txt',
};
const COUNTS = new Map([
  ['Pear', 3],
  ['tree', 2],
  ['the', 5],
  ['grows', 1],
]);

function build(vectors: TaggerVectors | undefined, options: TaggerOptions = {}) {
  return buildTaggerVocabulary(COUNTS, vectors, parseOptions(taggerOptions, options, ''));
}

const rowsOf = (rows: Float32Array, from: number, to: number) => [...rows.subarray(2 * from, 2 * to)];

describe('the words of a tagger', () => {
  test('are all that have vectors, then those of the training text that have none, then <UNK>', () => {
    const { vocabulary, rows, firstOwn, dimensions } = build(VECTORS);
    assert.deepEqual(vocabulary.words, ['apple', 'pear', 'plum', 'the', 'tree', 'grows', UNKNOWN]);
    assert.deepEqual([...vocabulary.counts.subarray(0, 6)], [0, 0, 0, 5, 2, 1]);
    assert.equal(firstOwn, 3);
    assert.equal(dimensions, 2);
    assert.deepEqual(rowsOf(rows, 0, 3), [1, 2, 3, 4, 7, 8]);
    assert.deepEqual(rowsOf(rows, 6, 7), [9, 9]);
    for (const value of rowsOf(rows, 3, 6)) assert.ok(value !== 0 && Math.abs(value) <= Math.sqrt(3 / 2));
  });

  test('of the training text get the vector that vectorOf makes, where it makes one', () => {
    const asked: string[] = [];
    const vectorOf = (word: string) => {
      asked.push(word);
      return word === 'grows' ? Float32Array.of(0.5, -0.5) : undefined;
    };
    const vectors = { ...VECTORS, vectorOf };
    const { vocabulary, rows, firstOwn } = build(vectors, { model: { minCount: 2 } });
    // It has a vector, so that minCount is not asked of it; `Pear` is that of the file in lower case.
    assert.deepEqual(vocabulary.words, ['apple', 'pear', 'plum', 'grows', 'the', 'tree', UNKNOWN]);
    assert.deepEqual(asked, ['the', 'tree', 'grows']);
    assert.equal(firstOwn, 4);
    assert.deepEqual(rowsOf(rows, 3, 4), [0.5, -0.5]);
    assert.throws(() => build({ ...VECTORS, vectorOf: () => Float32Array.of(1, 2, 3) }), {
      kind: 'usage',
      message: /vectorOf gave a vector of 3 numbers for 'the'; the tagger's have 2/,
    });
  });

  test('cannot have vectors with numbers that are not finite', () => {
    const matrix = padded([
      [1, 2],
      [3, Number.NaN],
    ]);
    assert.throws(() => build({ words: ['one', 'two'], matrix, file: 'bad.txt' }), {
      kind: 'data',
      message: /^bad\.txt: the vector of 'two' has a number that is not finite/,
    });
  });

  test('frozen, are those that have vectors: no others could be learned', () => {
    const { vocabulary } = build(VECTORS, { vectors: { frozen: true } });
    assert.deepEqual(vocabulary.words, ['apple', 'pear', 'plum', UNKNOWN]);
  });

  test('can be limited to the first of a file', () => {
    const { vocabulary } = build(VECTORS, { vectors: { frozen: true, maxWords: 2 } });
    assert.deepEqual(vocabulary.words, ['apple', 'pear', UNKNOWN]);
  });

  test('have the mean of the rarest as <UNK> where the file has none', () => {
    const words = ['one', 'two'];
    const matrix = padded([
      [1, 2],
      [3, 6],
    ]);
    const { rows } = build({ words, matrix }, { vectors: { frozen: true } });
    assert.deepEqual(rowsOf(rows, 2, 3), [2, 4]);
  });

  test('without vectors are those of the training text that are frequent enough', () => {
    const { vocabulary, rows, dimensions } = build(undefined, { model: { minCount: 2, dimensions: 4 } });
    assert.deepEqual(vocabulary.words, ['the', 'Pear', 'tree', UNKNOWN]);
    assert.equal(dimensions, 4);
    assert.equal(rows.length, 16);
  });

  test('are found by their spelling, else in lower case, else as <UNK>', () => {
    const { vocabulary } = build(undefined);
    const id = (word: string, lowercase = false) => vocabulary.words[wordId(vocabulary, word, lowercase)];
    assert.equal(id('Pear'), 'Pear');
    assert.equal(id('The'), 'the');
    assert.equal(id('pear'), UNKNOWN);
    assert.equal(id('Pear', true), UNKNOWN);
    assert.equal(id('TREE', true), 'tree');
  });

  test('need vectors of the dimensions that were asked for: the message names file and line', () => {
    assert.throws(() => build(VECTORS, { model: { dimensions: 3 } }), {
      kind: 'data',
      message: /^fruit\.txt:1: these vectors have 2 dimensions; model\.dimensions is 3\n/,
    });
  });
});
