// `npm run test:faults`: plays every fault for many rounds. `-- --rounds 100 --seed 7 --fault kill`; `--round 12`
// repeats one round of a seed; `--list` says what there is.
import { FAULTS } from './faults.js';
import { playRound } from './support/play.js';
import { playAll } from './support/play-all.js';

await playAll(FAULTS, {
  called: 'fault',
  skip: (fault) => fault.skip?.(),
  async play(fault, seed, round) {
    await playRound(fault, seed, round);
    return new Map();
  },
});
