import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WordmillError } from '../../src/core/errors.js';
import { PassingFailure, RETRY_DEFAULTS, retrying, waitAfter } from '../../src/storage/retries.js';

test('waits double up to a limit, and half of each is drawn at random', () => {
  const waits = (random: number) =>
    [0, 1, 2, 7, 20].map((failures) =>
      waitAfter(failures, { wait: 0.25, maxWait: 30, random: () => random }),
    );
  assert.deepEqual(waits(1), [0.25, 0.5, 1, 30, 30]);
  assert.deepEqual(waits(0), [0.125, 0.25, 0.5, 15, 15]);
});

test('what passes is tried again, and each retry is told of', async () => {
  const notes: string[] = [];
  let tries = 0;
  const result = await retrying(
    async () => {
      if (++tries < 4) throw new PassingFailure('down');
      return 'up';
    },
    { ...RETRY_DEFAULTS, wait: 0.001, note: (message) => notes.push(message) },
  );
  assert.equal(result, 'up');
  assert.equal(tries, 4);
  assert.equal(notes.length, 3);
  assert.match(notes[0]!, /^down; trying again in 0\.0 s$/);
});

test('what does not pass is thrown at once', async () => {
  for (const error of [
    new WordmillError('inputOutput', 'full'),
    new WordmillError('unavailable', 'given up'),
  ]) {
    let tries = 0;
    const attempt = async () => {
      tries++;
      throw error;
    };
    await assert.rejects(retrying(attempt, RETRY_DEFAULTS), error);
    assert.equal(tries, 1);
  }
});

test('a signal ends a wait', async () => {
  const stop = new AbortController();
  const started = performance.now();
  const waiting = retrying(
    async () => {
      setTimeout(() => stop.abort(), 10);
      throw new PassingFailure('down');
    },
    { ...RETRY_DEFAULTS, wait: 60, maxWait: 60 },
    stop.signal,
  );
  await assert.rejects(waiting, { kind: 'aborted' });
  assert.ok(performance.now() - started < 10_000);
});
