import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  compressedShape,
  SHAPE_COUNT,
  SHAPE_FLAGS,
  SHAPES,
  shapeFlags,
  shapeId,
  wordShape,
} from '../../../src/train/tagging/word-shape.js';

describe('word shapes', () => {
  const table: [token: string, shape: string, compressed: string][] = [
    ['Washington', 'Xxxxxxxxxx', 'Xxx'],
    ['I', 'X', 'X'],
    ['USA', 'XXX', 'XX'],
    ['iPhone', 'xXxxxx', 'xXxx'],
    ['2004-05', 'dddd-dd', 'dd-dd'],
    ['U.S.', 'X.X.', 'X.X.'],
    ['10,000', 'dd,ddd', 'dd,dd'],
    ['...', '...', '..'],
    ["O'Brien", "X'Xxxxx", "X'Xxx"],
    ['\u00c9cole', 'Xxxxx', 'Xxx'],
    ['E\u0301cole', 'Xxxxx', 'Xxx'], // The accent as a character of its own.
    ['\u01c5', 'X', 'X'], // A title-case letter.
    ['\u6f22\u5b57\u4eba', 'xxx', 'xx'], // Letters without case.
    ['\u0663\u0664', 'dd', 'dd'], // Digits of another script.
    ['\u{1f600}\u{1f600}\u{1f600}', '\u{1f600}\u{1f600}\u{1f600}', '\u{1f600}\u{1f600}'],
    ['', '', ''],
  ];
  for (const [token, shape, compressed] of table) {
    test(`'${token}'`, () => {
      assert.equal(wordShape(token), shape);
      assert.equal(compressedShape(token), compressed);
    });
  }

  test('ids: 0 for a shape that is not in the table, else its place, each shape once', () => {
    assert.equal(new Set(SHAPES).size, SHAPES.length);
    assert.equal(SHAPE_COUNT, SHAPES.length + 1);
    for (const [index, shape] of SHAPES.entries()) {
      // A token of this shape: letters stand for themselves, and any digit for d.
      assert.equal(shapeId(shape.replaceAll('d', '7')), index + 1, shape);
    }
    assert.equal(shapeId('a~b~c'), 0);
    assert.equal(shapeId(''), 0);
    assert.equal(shapeId('Rome'), shapeId('Washington'));
  });

  test('flags, one row a token', () => {
    const tokens = ['Rome', 'I', 'USA', 'iPod', 'rome', 'B2B', '1,000', 'a1', '-', 'U.S.'];
    const rows = shapeFlags(tokens);
    assert.equal(rows.length, tokens.length * SHAPE_FLAGS.length);
    const of = (token: string) => {
      const start = tokens.indexOf(token) * SHAPE_FLAGS.length;
      return SHAPE_FLAGS.filter((_, column) => rows[start + column] === 1);
    };
    assert.deepEqual(of('Rome'), ['initial capital']);
    assert.deepEqual(of('I'), ['initial capital', 'all capitals']);
    assert.deepEqual(of('USA'), ['initial capital', 'all capitals', 'a capital within']);
    assert.deepEqual(of('iPod'), ['a capital within']);
    assert.deepEqual(of('rome'), []);
    assert.deepEqual(of('B2B'), ['initial capital', 'all capitals', 'a capital within', 'a digit']);
    assert.deepEqual(of('1,000'), ['a digit', 'all digits']);
    assert.deepEqual(of('a1'), ['a digit']);
    assert.deepEqual(of('-'), []);
    assert.deepEqual(of('U.S.'), ['initial capital', 'all capitals', 'a capital within']);
  });
});
