import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchSpace } from '../../src/tokenize/watch-space.js';

test('a file that grows needs room for another 16 MB, asked for every 16 MB', async () => {
  const asked: number[] = [];
  const watch = watchSpace('/tmp', { requireSpace: async (_, bytes) => void asked.push(bytes) });
  for (const written of [0, 15_999_999]) await watch(written);
  assert.deepEqual(asked, []);
  for (const written of [16e6, 17e6, 31.9e6, 32e6, 60e6]) await watch(written);
  assert.deepEqual(asked, [16e6, 16e6, 16e6]);
});
