// `npm run test:chaos`: disturbs distributed runs for many rounds. `-- --rounds 100 --seed 7 --fault kill-workers`;
// `--round 12` repeats one round of a seed; `--list` says what there is.
import { playAll } from '../../faults/support/play-all.js';
import { skipWithoutMoto } from '../../support/moto.js';
import { DISTURBANCES } from './disturbances.js';
import { playRound } from './play.js';

await playAll(DISTURBANCES, {
  called: 'disturbance',
  skip: ({ failingRequests }) => (failingRequests !== undefined && skipWithoutMoto) || undefined,
  play: playRound,
});
