// `npm run test:faults`: plays every fault for many rounds. `-- --rounds 100 --seed 7 --fault kill`; `--round 12`
// repeats one round of a seed; `--list` says what there is.
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { FAULTS } from './faults.js';
import { chooseFaults } from './support/choose.js';
import { playRound } from './support/play.js';

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
  for (const { name, description } of FAULTS) console.log(`${name}\n    ${description}`);
} else {
  const { faults, seed, first, count } = chooseFaults(FAULTS, values);
  console.log(`seed ${seed}, ${count} ${count === 1 ? 'round' : 'rounds'} of each fault`);
  let failures = 0;
  for (const fault of faults) {
    const skipped = fault.skip?.();
    if (skipped !== undefined) {
      console.log(`SKIPPED ${fault.name}: ${skipped}`);
      continue;
    }
    const start = performance.now();
    let failed = 0;
    for (let round = first; round < first + count; round++) {
      try {
        await playRound(fault, seed, round);
      } catch (error) {
        failed++;
        console.log(`\nFAILED ${fault.name}, round ${round}: ${(error as Error).message}\n`);
      }
    }
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`${failed === 0 ? 'held' : `FAILED ${failed} times`}: ${fault.name} (${seconds} s)`);
    failures += failed;
  }
  process.exitCode = failures === 0 ? 0 : 1;
}
