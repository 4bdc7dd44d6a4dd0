import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WordmillError } from '../../../src/core/errors.js';
import { errorOfJob, failedChild, jobFailure } from '../../../src/distributed/bullmq/job-failure.js';
import { runDelay } from '../../../src/distributed/bullmq/jobs.js';

const STALLED = 'job stalled more than allowable limit';

describe('why a job failed', () => {
  test('comes back as the error that it was: its kind, exit code and hint, with the step', () => {
    const error = new WordmillError('data', 'no text', {
      place: { file: 'a.txt', line: 3 },
      hint: 'Mend it.',
    });
    const { text, lasting } = jobFailure(error, { kind: 'train', round: 5, shard: 2 });
    assert.equal(lasting, true);
    const back = errorOfJob(text);
    assert.equal(back.message, 'training shard 2 in round 5: a.txt:3: no text\n  Mend it.');
    assert.deepEqual([back.kind, back.exitCode], ['data', 65]);
  });

  test('is tried again where another time, or another machine, may do better', () => {
    for (const kind of ['unavailable', 'inputOutput', 'noInput', 'outOfMemory', 'internal'] as const) {
      assert.equal(jobFailure(new WordmillError(kind, 'no')).lasting, false, kind);
    }
    assert.equal(jobFailure(new TypeError('x is not a function')).lasting, false);
    assert.equal(errorOfJob(jobFailure(new TypeError('x')).text).kind, 'internal');
    assert.equal(
      errorOfJob(jobFailure(Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' })).text)
        .kind,
      'inputOutput',
    );
  });

  test('is cut where it is long, and told in some way where it is none of ours', () => {
    assert.ok(jobFailure(new WordmillError('data', 'x'.repeat(1e6))).text.length <= 2_000);
    assert.equal(errorOfJob('something else').message, 'something else');
    assert.equal(errorOfJob('[nonsense] text').kind, 'internal');
    assert.equal(errorOfJob(undefined).kind, 'internal');
    assert.match(errorOfJob(STALLED).message, /lost too often/);
  });

  test('is of the first child that failed by itself, not of one that was stopped for it', () => {
    assert.equal(failedChild({}), undefined);
    const failures = {
      'bull:wordmill-steps:run~1~train-0': '[aborted] run was cancelled, or has failed',
      'bull:wordmill-steps:run~1~train-1': '[data] no text',
    };
    assert.equal(failedChild(failures), '[data] no text');
    const lost = failedChild({ 'bull:wordmill-steps:run~1~train-1': STALLED })!;
    assert.equal(errorOfJob(lost).kind, 'unavailable');
    assert.match(errorOfJob(lost).message, /^train-1: a step was lost too often/);
  });
});

test('a run is tried again after half a second, then ever later, and each half minute in the end', () => {
  for (const [tries, least] of [
    [1, 375],
    [2, 750],
    [5, 6_000],
    [7, 22_500],
    [39, 22_500],
  ] as const) {
    const delay = runDelay(tries);
    assert.ok(delay >= least && delay <= (least / 0.75) * 1.25, `${tries}: ${delay}`);
  }
});
