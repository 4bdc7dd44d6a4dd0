import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { outcomeOf } from '../../../bench/native/outcome.js';

const times = { compared: 'times', must: 4, goal: 6 } as const;

describe('the outcome of a row', () => {
  test('is the ratio of the best rates, beside the median of the rounds', () => {
    // Best 60 against 10; the rounds gave 40/10, 60/8 and 50/5.
    assert.deepEqual(outcomeOf(times, [40, 60, 50], [10, 8, 5]), { best: 6, median: 7.5, reached: 'goal' });
  });

  test('reaches what must be and not the goal, or neither', () => {
    assert.equal(outcomeOf(times, [59], [10]).reached, 'must');
    assert.equal(outcomeOf(times, [39], [10]).reached, 'neither');
  });

  test("as a share is our time over the peer's, and less is better", () => {
    const share = { compared: 'share', must: 0.4, goal: 0.15 } as const;
    // At 50 words/s against 10 we take a fifth of the time.
    assert.deepEqual(outcomeOf(share, [50], [10]), { best: 0.2, median: 0.2, reached: 'must' });
    assert.equal(outcomeOf(share, [100], [10]).reached, 'goal');
  });

  test('of memory is the most that any run took, without a peer', () => {
    const memory = { compared: 'megabytes', must: 200, goal: 100 } as const;
    assert.deepEqual(outcomeOf(memory, [80, 120, 90], []), { best: 120, median: 90, reached: 'must' });
  });

  test('needs as many runs of one side as of the other', () => {
    assert.throws(() => outcomeOf(times, [1, 2], [1]), RangeError);
    assert.throws(() => outcomeOf(times, [], []), RangeError);
  });
});
