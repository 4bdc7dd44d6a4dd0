import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pairsAndWords } from '../../src/cli/asking/pairs.js';
import { knownWords, questionWords, textWords } from '../../src/cli/asking/question-words.js';
import type { Log } from '../../src/cli/log.js';
import { Vectors } from '../../src/vectors/vectors.js';
import { padded } from '../formats/support.js';

describe('the words of a question on a line', () => {
  test('stand between spaces; no-break spaces are parts of words', () => {
    assert.deepEqual(questionWords('  man woman\t'), ['man', 'woman']);
    assert.deepEqual(questionWords('10\u00a0000 km'), ['10\u00a0000', 'km']);
    assert.deepEqual(questionWords(''), []);
  });

  test('stand between tabs where there are some', () => {
    assert.deepEqual(questionWords('new york\tlondon\r'), ['new york', 'london']);
    assert.deepEqual(questionWords('"\tsaid so'), ['"', 'said so']);
  });

  test('have spaces in double quotes, and quotes behind backslashes there', () => {
    assert.deepEqual(questionWords('"new york" london'), ['new york', 'london']);
    assert.deepEqual(questionWords('a "say \\"b c\\\\d"'), ['a', 'say "b c\\d']);
    assert.deepEqual(questionWords('"x" y'), ['x', 'y']);
  });

  test('are quotes themselves where those enclose no word', () => {
    assert.deepEqual(questionWords('" "'), ['"', '"']);
    assert.deepEqual(questionWords('" \'\' "'), ['"', "''", '"']);
    assert.deepEqual(questionWords('"open end 5"x'), ['"open', 'end', '5"x']);
  });

  test('of a text are never quoted', () => {
    assert.deepEqual(textWords(' he said "no way"\t.'), ['he', 'said', '"no', 'way"', '.']);
  });
});

test('pairs have a colon between words; what is a word itself is none', () => {
  const words = ['a', 'b', 'a:b', ':', 'http://x', 'c:d'];
  const vectors = new Vectors({ words, matrix: padded(words.map((_, row) => [row + 1])) });
  const read = (...operands: string[]) => pairsAndWords(operands, vectors);
  assert.deepEqual(read('a:b', 'a:a', ':', 'b'), { pairs: [['a', 'a']], words: ['a:b', ':', 'b'] });
  assert.deepEqual(read('c:d:a', 'http://x:b', 'a::'), {
    pairs: [
      ['c:d', 'a'],
      ['http://x', 'b'],
      ['a', ':'],
    ],
    words: [],
  });
  // Neither side is known: the first colon counts, and the unknown words will be told of.
  assert.deepEqual(read('x:y:z').pairs, [['x', 'y:z']]);
  assert.throws(() => read('a', ':b', 'b:'), { kind: 'usage' });
});

test('words without a vector are told of once each, twenty of them', () => {
  const vectors = new Vectors({ words: ['a'], matrix: padded([[1]]) });
  const warnings: string[] = [];
  const log = { warning: (text: string) => warnings.push(text) } as unknown as Log;
  const unknown = Array.from({ length: 30 }, (_, index) => `unknown${index}`);
  assert.deepEqual(knownWords(vectors, ['a', ...unknown, 'a', ...unknown], log), ['a', 'a']);
  assert.equal(warnings.length, 21);
  assert.match(warnings[19]!, /unknown19/);
  assert.match(warnings[20]!, /further words/);
});
