import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Direction } from '../../src/vectors/direction.js';
import { Vectors } from '../../src/vectors/vectors.js';
import { padded } from '../formats/support.js';
import { COURSE_TABLE, courseVectors } from './course-table.js';

const TABLE = courseVectors();
const WORDS = Object.keys(COURSE_TABLE);

describe('a direction from pairs', () => {
  test('gives the features of the table back', () => {
    const gender = new Direction(TABLE, [
      ['man', 'woman'],
      ['king', 'queen'],
    ]);
    for (const { word, similarity } of gender.project(WORDS, { similarity: 'dot' })) {
      const [feature] = COURSE_TABLE[word as keyof typeof COURSE_TABLE] as [number];
      assert.ok(Math.abs(similarity - feature) < 0.03, `${word}: ${similarity}`);
    }
    assert.ok(gender.agreement.every((cosine) => cosine > 0.999));
  });

  test('is the mean of unit differences, of length 1', () => {
    const vectors = new Vectors({
      words: ['o', 'x', 'y', 'far'],
      matrix: padded([
        [0, 0],
        [1, 0],
        [0, 5],
        [-3, -4],
      ]),
    });
    const { axis, agreement } = new Direction(vectors, [
      ['o', 'x'],
      ['o', 'y'],
    ]);
    assert.deepEqual(axis, Float32Array.of(Math.SQRT1_2, Math.SQRT1_2));
    assert.deepEqual(
      agreement.map((cosine) => cosine.toFixed(4)),
      ['0.7071', '0.7071'],
    );
    const [first, ...rest] = new Direction(vectors, [['o', 'x']]).project(['far', 'y', 'x']);
    assert.deepEqual(first, { word: 'x', similarity: 1 });
    assert.deepEqual(
      rest.map(({ word, similarity }) => [word, similarity.toFixed(2)]),
      [
        ['y', '0.00'],
        ['far', '-0.60'],
      ],
    );
  });

  test('has words at either end', () => {
    const { end, start } = new Direction(TABLE, [['man', 'woman']]).extremes(2, { similarity: 'dot' });
    assert.deepEqual(
      end.map(({ word }) => word),
      ['woman', 'queen'],
    );
    assert.deepEqual(
      start.map(({ word }) => word),
      ['man', 'king'],
    );
    assert.ok(start[0]!.similarity < -0.99 && end[0]!.similarity > 0.99);
  });

  test('is refused where pairs give none', () => {
    const refused = (message: RegExp, ...pairs: [string, string][]) =>
      assert.throws(() => new Direction(TABLE, pairs), { kind: 'data', message });
    refused(/man:man gives no direction/, ['man', 'man']);
    refused(/cancel out/, ['man', 'woman'], ['woman', 'man']);
    refused(/cancel out/);
    refused(/"boy"/, ['man', 'woman'], ['boy', 'woman']);
  });
});
