import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { chooseFaults } from './choose.js';

/** Something that rounds are played of. */
interface Played {
  readonly name: string;
  readonly description: string;
}

/** How rounds are played. */
export interface Playing<Fault extends Played> {
  /** What one is called: `fault`. */
  readonly called: string;
  /** Why one cannot be played on this machine, or undefined. */
  skip(fault: Fault): string | undefined;
  /** Plays a round; throws where something does not hold. What it gives is added up by name and told. */
  play(fault: Fault, seed: number, round: number): Promise<ReadonlyMap<string, number>>;
}

/**
 * Does what the command line asks for (`--fault`, `--seed`, `--rounds`, `--round`, `--list`), prints what held, and sets
 * the exit code.
 */
export async function playAll<Fault extends Played>(
  all: readonly Fault[],
  { called, skip, play }: Playing<Fault>,
): Promise<void> {
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
    for (const { name, description } of all) console.log(`${name}\n    ${description}`);
    return;
  }
  const { faults, seed, first, count } = chooseFaults(all, values);
  console.log(`seed ${seed}, ${count} ${count === 1 ? 'round' : 'rounds'} of each ${called}`);
  let failures = 0;
  for (const fault of faults) {
    const skipped = skip(fault);
    if (skipped !== undefined) {
      console.log(`SKIPPED ${fault.name}: ${skipped}`);
      continue;
    }
    const start = performance.now();
    const sums = new Map<string, number>();
    let failed = 0;
    for (let round = first; round < first + count; round++) {
      try {
        for (const [what, times] of await play(fault, seed, round)) {
          sums.set(what, (sums.get(what) ?? 0) + times);
        }
      } catch (error) {
        failed++;
        console.log(`\nFAILED ${fault.name}, round ${round}: ${(error as Error).message}\n`);
      }
    }
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`${failed === 0 ? 'held' : `FAILED ${failed} times`}: ${fault.name} (${seconds} s)`);
    for (const [what, times] of sums) console.log(`    ${what}: ${times}`);
    failures += failed;
  }
  process.exitCode = failures === 0 ? 0 : 1;
}
