import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { alternate } from '../../../bench/native/alternate.js';
import type { Job } from '../../../bench/native/job.js';
import type { Text } from '../../../bench/native/text.js';

const text = { name: 'none' } as Text;
const options = { threads: 1, seed: 1, epochs: 1 };

/** A job that notes its name in `log` and fails in its run number `failsAt`, from 1. */
function job(name: string, log: string[], failsAt = Number.POSITIVE_INFINITY): Job {
  let runs = 0;
  return {
    ...{ name, tool: name, settings: '' },
    async run() {
      log.push(name);
      if (++runs === failsAt) throw new Error(`${name} broke`);
      return { wall: runs, megabytes: 0, steps: {} };
    },
  };
}

describe('jobs in rounds', () => {
  test('run once a round, every other round backwards', async () => {
    const log: string[] = [];
    const jobs = ['a', 'b', 'c'].map((name) => job(name, log));
    const done = await alternate(jobs, text, options, { rounds: 3 });
    assert.equal(log.join(''), 'abccbaabc');
    assert.deepEqual(
      [...done.values()].map((of) => 'runs' in of && of.runs.map(({ wall }) => wall)),
      [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ],
    );
  });

  test('that fail are left out, with the reason, and the others go on', async () => {
    const log: string[] = [];
    const jobs = [job('a', log), job('b', log, 2)];
    const done = await alternate(jobs, text, options, { rounds: 3 });
    assert.equal(log.join(''), 'abbaa');
    assert.deepEqual(done.get(jobs[1]!), { failed: 'b broke' });
  });

  test('that cannot be prepared never run', async () => {
    const log: string[] = [];
    const missing: Job = {
      ...job('a', log),
      prepare() {
        throw new Error('not installed');
      },
    };
    const done = await alternate([missing], text, options, { rounds: 2 });
    assert.deepEqual([log, done.get(missing)], [[], { failed: 'not installed' }]);
  });

  test('begin no round that would end too late', async () => {
    const log: string[] = [];
    const slow: Job = {
      ...job('a', log),
      run: async () => {
        log.push('a');
        await new Promise((resolve) => setTimeout(resolve, 20));
        return { wall: 1, megabytes: 0, steps: {} };
      },
    };
    await alternate([slow], text, options, { rounds: 5, withinSeconds: 0.001 });
    assert.equal(log.join(''), 'a');
  });
});
