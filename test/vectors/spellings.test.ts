import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestSpellings } from '../../src/vectors/spellings.js';

test('the nearest spellings come by edits, then in the order given', () => {
  const words = ['cats', 'chat', 'coat', 'cart', 'dog', 'catalogue'];
  assert.deepEqual(nearestSpellings(words, 'catt'), ['cats', 'cart', 'chat']);
  assert.deepEqual(nearestSpellings(words, 'catt', 9), ['cats', 'cart', 'chat', 'coat']);
});

test('the same word in other case is near, however long', () => {
  assert.deepEqual(nearestSpellings(['nato', 'washington'], 'NATO'), ['nato']);
  assert.deepEqual(nearestSpellings(['nato', 'washington'], 'WASHINGTON'), ['washington']);
});

test('short words are near only by one edit', () => {
  assert.deepEqual(nearestSpellings(['of', 'at', 'it'], 'if'), ['of', 'it']);
});
