import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from './support/fault.js';
import { train, trainDeterministic, trainFromPipe } from './support/jobs.js';
import { randomMoment } from './support/moments.js';

/** Debian's libfaketime, by the kinds of processor that it has folders for. */
const LIBRARY = ['x86_64', 'aarch64']
  .map((processor) => `/usr/lib/${processor}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));

/** Somebody, or the network, corrects the clock. */
export const movedClock: Fault = {
  name: 'moved-clock',
  description:
    "The process's clock is set back by hours, and forth again, at random moments: nobody notices.",
  jobs: [train, trainFromPipe, trainDeterministic],
  endings: [{ code: 0 }],
  shortRounds: 1,
  skip: () => (LIBRARY === undefined ? "there is no libfaketime (Debian's package of that name)" : undefined),
  async disturb(scene) {
    const clock = scene.path('scratch/clock');
    await writeFile(clock, '+0');
    const { ended } = await scene.begin([], {
      env: {
        LD_PRELOAD: LIBRARY!,
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: '1',
        // Time-outs are by the other clock, which nobody can set.
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
    });
    await randomMoment(scene);
    await writeFile(clock, `-${1 + scene.random.below(50)}h`);
    await wait(scene.random.below(500));
    await writeFile(clock, `+${1 + scene.random.below(50)}h`);
    return ended;
  },
  mend: (scene) => rm(scene.path('scratch/clock')),
};
