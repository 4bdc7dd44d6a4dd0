import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from './support/fault.js';
import { flipBit } from './support/flip-bit.js';
import type { Job } from './support/job.js';
import { train } from './support/jobs.js';
import { referenceOf } from './support/reference.js';

const trainWithSpool: Job = {
  ...train,
  name: 'train-with-spool',
  arguments: [...train.arguments, '--spool', 'spool'],
};

/** A disk that forgets a bit of a spool that is kept for later runs. */
export const flippedBitInSpool: Fault = {
  name: 'flipped-bit-in-spool',
  description: 'A bit flips in a spool that --spool keeps: it is made anew, with a warning.',
  jobs: [trainWithSpool],
  endings: [{ code: 0, says: /warning: the spool .* is made anew/ }],
  shortRounds: 1,
  async disturb(scene) {
    const first = await scene.run();
    assert.equal(first.code, 0, first.stderr);
    await flipBit(scene, 'spool');
    return scene.run();
  },
};

/** Two runs on one text, with outputs of their own. */
export const sharedSpool: Fault = {
  name: 'shared-spool',
  description: 'Two runs with one --spool folder at the same time: both end with the right result.',
  jobs: [trainWithSpool],
  endings: [{ code: 0 }],
  shortRounds: 1,
  async disturb(scene) {
    const { duration, outputs } = await referenceOf(scene.job);
    const moved = (path: string) => path.replace(/^out\//, 'out/second-');
    const second = wait(scene.random.unit() * duration * 0.5).then(() =>
      scene.run([], { arguments: scene.job.arguments.map(moved) }),
    );
    const first = await scene.run();
    const { code, stderr } = await second;
    assert.equal(code, 0, stderr);
    for (const [name, right] of outputs) {
      assert((await scene.content(moved(name)))?.equals(right), `${moved(name)} is not the right result`);
      await rm(scene.path(moved(name)));
    }
    await rm(scene.path(moved('out/v.txt.report.html')));
    return first;
  },
};
