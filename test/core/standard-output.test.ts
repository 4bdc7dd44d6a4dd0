import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { writeStandardOutput } from '../../src/core/standard-output.js';

test('many writes at once share one listener for errors, which goes with the last', async () => {
  const before = process.stdout.listenerCount('error');
  const writes = Array.from({ length: 20 }, () => writeStandardOutput(''));
  assert.equal(process.stdout.listenerCount('error'), before + 1);
  assert.deepEqual(new Set(await Promise.all(writes)), new Set([true]));
  for (let i = 0; i < 20; i++) await writeStandardOutput('');
  assert.ok(process.stdout.listenerCount('error') <= before + 1);
  await wait(20);
  assert.equal(process.stdout.listenerCount('error'), before);
});
