import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadVectors } from '../../src/vectors/load.js';
import { Vectors } from '../../src/vectors/vectors.js';
import { padded, temporaryFolder } from '../formats/support.js';
import { trained } from '../sinks/support.js';

const COMPASS = new Vectors({
  words: ['east', 'north', 'west', 'northeast', 'far-northeast', 'nowhere'],
  matrix: padded(
    [
      [1, 0],
      [0, 1],
      [-2, 0],
      [1, 1],
      [30, 30],
      [0, 0],
    ],
    6,
  ),
});

const rounded = (neighbours: readonly { word: string; similarity: number }[]) =>
  neighbours.map(({ word, similarity }) => [word, Number(similarity.toFixed(2))]);

describe('Vectors', () => {
  test('give a word its vector, without padding', () => {
    assert.deepEqual(COMPASS.get('west'), Float32Array.of(-2, 0));
    assert.deepEqual([COMPASS.size, COMPASS.dimensions], [6, 2]);
    assert.deepEqual([COMPASS.has('west'), COMPASS.has('up')], [true, false]);
  });

  test('nearest are the largest cosines, the word itself left out; equal ones in the order of rows', () => {
    assert.deepEqual(rounded(COMPASS.nearest('east', 3)), [
      ['northeast', 0.71],
      ['far-northeast', 0.71],
      ['north', 0],
    ]);
    assert.deepEqual(rounded(COMPASS.nearest('northeast', 1)), [['far-northeast', 1]]);
  });

  test('more than there are gives all others, a vector of length 0 with similarity 0', () => {
    assert.deepEqual(rounded(COMPASS.nearest('east', 100)), [
      ['northeast', 0.71],
      ['far-northeast', 0.71],
      ['north', 0],
      ['nowhere', 0],
      ['west', -1],
    ]);
    assert.deepEqual(COMPASS.nearest('east', 0), []);
  });

  test('nearest to a vector leaves no word out', () => {
    assert.deepEqual(rounded(COMPASS.nearestTo(Float32Array.of(-3, 0), 2)), [
      ['west', 1],
      ['north', 0],
    ]);
    assert.deepEqual(rounded(COMPASS.nearestTo(Float32Array.of(0, 0), 2)), [
      ['east', 0],
      ['north', 0],
    ]);
  });

  test('rows that are not finite are nobody’s neighbours', () => {
    const vectors = new Vectors({ words: ['a', 'b', 'c'], matrix: padded([[1], [Number.NaN], [Infinity]]) });
    assert.deepEqual(vectors.nearest('a'), []);
  });

  test('a vector of other dimensions is refused', () => {
    assert.throws(() => COMPASS.nearestTo(Float32Array.of(1)), {
      kind: 'data',
      message: 'a vector of 1 numbers cannot be compared with vectors of 2',
    });
  });

  test('equal a search by sorting all cosines, for dimensions that are no multiple of four', () => {
    let state = 1;
    const random = () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state / 2 ** 32 - 0.5;
    };
    const rows = Array.from({ length: 500 }, () => Array.from({ length: 7 }, () => Math.fround(random())));
    const words = rows.map((_, row) => `w${row}`);
    const vectors = new Vectors({ words, matrix: padded(rows, 1) });
    const cosine = (a: number[], b: number[]) => {
      const dot = (x: number[], y: number[]) => x.reduce((sum, value, column) => sum + value * y[column]!, 0);
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    };
    const sorted = words
      .map((word, row) => ({ word, similarity: cosine(rows[3]!, rows[row]!) }))
      .filter(({ word }) => word !== 'w3')
      .sort((a, b) => b.similarity - a.similarity);
    for (const count of [1, 2, 17, 499]) {
      assert.deepEqual(rounded(vectors.nearest('w3', count)), rounded(sorted.slice(0, count)));
    }
  });

  test('of a word that occurs twice the first row counts', () => {
    const vectors = new Vectors({ words: ['a', 'a'], matrix: padded([[1], [2]]) });
    assert.deepEqual(vectors.get('a'), Float32Array.of(1));
  });

  test('the unknown word is found by either spelling, GloVe’s too', () => {
    const vectors = new Vectors({ words: ['a', '<UNK>'], matrix: padded([[1], [2]], 1) });
    assert.deepEqual([vectors.has('<unk>'), vectors.has('<UNK>')], [true, true]);
    assert.deepEqual(vectors.get('<unk>'), vectors.get('<UNK>'));
    assert.equal(COMPASS.has('<unk>'), false);
  });

  test('are made of what training gives, or read from a file', async () => {
    const path = join(temporaryFolder(), 'vectors.txt');
    writeFileSync(path, 'a 1 0\nb 1 1\n');
    const fromTraining = Vectors.of(
      trained(
        ['a', 'b'],
        [
          [1, 0],
          [1, 1],
        ],
      ),
    );
    const fromFile = await loadVectors(path);
    assert.deepEqual(fromFile.nearest('a'), fromTraining.nearest('a'));
    assert.deepEqual(rounded(fromFile.nearest('a')), [['b', 0.71]]);
  });
});

describe('a word that is not there', () => {
  test('is answered with the nearest spellings', () => {
    for (const ask of [() => COMPASS.get('nroth'), () => COMPASS.nearest('nroth')]) {
      assert.throws(ask, {
        kind: 'data',
        message: 'the word "nroth" is not among these vectors\n  Did you mean "north"?',
      });
    }
  });

  test('is answered without a guess where nothing is near', () => {
    assert.throws(() => COMPASS.get('elephant'), {
      message: 'the word "elephant" is not among these vectors',
    });
  });
});
