import type { Job, JobOptions, JobRun } from './job.js';
import type { Text } from './text.js';

/** The runs of a job, one a round, or why there are none. */
export type Runs = { readonly runs: readonly JobRun[] } | { readonly failed: string };

export interface Rounds {
  readonly rounds: number;
  /** No round begins that would likely end later than so many seconds from the start. */
  readonly withinSeconds?: number;
  /** Told of every run. */
  readonly onRun?: (job: Job, round: number, result: JobRun | string) => void;
}

/**
 * Runs every job once a round, so that a slow spell of the machine meets all of them; every other round goes backwards,
 * so that none is always the first. A job that fails is left out from there on, with its reason.
 */
export async function alternate(
  jobs: readonly Job[],
  text: Text,
  options: JobOptions,
  { rounds, withinSeconds = Number.POSITIVE_INFINITY, onRun }: Rounds,
): Promise<ReadonlyMap<Job, Runs>> {
  const done = new Map<Job, JobRun[]>(jobs.map((job) => [job, []]));
  const failed = new Map<Job, string>();
  const attempt = async (job: Job, round: number): Promise<void> => {
    try {
      if (round === 0) job.prepare?.();
      const run = await job.run(text, options);
      done.get(job)!.push(run);
      onRun?.(job, round, run);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failed.set(job, reason);
      onRun?.(job, round, reason);
    }
  };
  const start = performance.now();
  let longest = 0;
  for (let round = 0; round < rounds; round++) {
    const roundStart = performance.now();
    if ((roundStart - start) / 1_000 + longest > withinSeconds) break;
    const order = round % 2 === 0 ? jobs : [...jobs].reverse();
    for (const job of order) if (!failed.has(job)) await attempt(job, round);
    longest = Math.max(longest, (performance.now() - roundStart) / 1_000);
  }
  return new Map(
    jobs.map((job) => [job, failed.has(job) ? { failed: failed.get(job)! } : { runs: done.get(job)! }]),
  );
}
