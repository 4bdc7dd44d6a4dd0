// `npm run test:chaos`: disturbs distributed runs for many rounds. `-- --rounds 100 --seed 7 --fault kill-workers`;
// `--round 12` repeats one round of a seed; `--list` says what there is.
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { chooseFaults } from '../../faults/support/choose.js';
import { skipWithoutMoto } from '../../support/moto.js';
import { DISTURBANCES } from './disturbances.js';
import { playRound } from './play.js';

const { values } = parseArgs({
  options: {
    fault: { type: 'string', multiple: true },
    seed: { type: 'string' },
    rounds: { type: 'string' },
    round: { type: 'string' },
    list: { type: 'boolean' },
  },
});

if (values.list) {
  for (const { name, description } of DISTURBANCES) console.log(`${name}\n    ${description}`);
} else {
  const { faults, seed, first, count } = chooseFaults(DISTURBANCES, values);
  console.log(`seed ${seed}, ${count} ${count === 1 ? 'round' : 'rounds'} of each disturbance`);
  let failures = 0;
  for (const disturbance of faults) {
    if (disturbance.failingRequests !== undefined && skipWithoutMoto) {
      console.log(`SKIPPED ${disturbance.name}: ${skipWithoutMoto}`);
      continue;
    }
    const start = performance.now();
    const sums = new Map<string, number>();
    let failed = 0;
    for (let round = first; round < first + count; round++) {
      try {
        for (const [what, times] of await playRound(disturbance, seed, round)) {
          sums.set(what, (sums.get(what) ?? 0) + times);
        }
      } catch (error) {
        failed++;
        console.log(`\nFAILED ${disturbance.name}, round ${round}: ${(error as Error).message}\n`);
      }
    }
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`${failed === 0 ? 'held' : `FAILED ${failed} times`}: ${disturbance.name} (${seconds} s)`);
    for (const [what, times] of sums) console.log(`    ${what}: ${times}`);
    failures += failed;
  }
  process.exitCode = failures === 0 ? 0 : 1;
}
