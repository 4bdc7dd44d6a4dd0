import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpression } from '../../src/vectors/expression.js';

/** A sum as `+2 words`-like text: weights and words in turn. */
function parsed(text: string): (string | number)[] | undefined {
  return parseExpression(text)?.flatMap(({ word, weight }) => [weight, word]);
}

test('signs stand before words, with or without space', () => {
  assert.deepEqual(parsed('+king -man +woman'), [1, 'king', -1, 'man', 1, 'woman']);
  assert.deepEqual(parsed('king - man + woman'), [1, 'king', -1, 'man', 1, 'woman']);
  assert.deepEqual(parsed('  -man\t+king '), [-1, 'man', 1, 'king']);
});

test('words may have spaces, hyphens and signs', () => {
  assert.deepEqual(parsed('+new york -london'), [1, 'new york', -1, 'london']);
  assert.deepEqual(parsed('e-mail -spam'), [1, 'e-mail', -1, 'spam']);
  assert.deepEqual(parsed('c++ - c'), [1, 'c++', -1, 'c']);
  assert.deepEqual(parsed('+a +-1'), [1, 'a', 1, '-1']);
});

test('text without a sign is no sum', () => {
  for (const text of ['king', 'e-mail', 'new york', '', ' ', '-', 'a -'])
    assert.equal(parsed(text), undefined);
});
