import type { Job, JobRun } from './job.js';
import type { Text } from './text.js';

/** A figure of a job that a row compares. */
export interface Side {
  readonly job: Job;
  /** What of the run is looked at, as the table says it. */
  readonly of: string;
  /** The figure of one run: a rate (more is better), or megabytes. */
  figure(run: JobRun, text: Text): number;
  /** What the figure counts, as a unit; words/s where it is not given. */
  readonly unit?: string;
}

/** One line of what is to be reached: ours, the peer's, and how far apart they are to be. */
export interface Row {
  readonly name: string;
  readonly title: string;
  readonly ours: Side;
  readonly peer?: Side;
  /**
   * `times`: our rate over the peer's. `share`: our time over the peer's. `megabytes`: our figure as it is, and less is
   * better.
   */
  readonly compared: 'times' | 'share' | 'megabytes';
  readonly must: number;
  readonly goal: number;
  /** Whether `--quality` compares the vectors of both sides. */
  readonly scored?: boolean;
}

/** How a row came out. */
export interface Outcome {
  /** From the best run of each side. */
  readonly best: number;
  /** The median over the rounds, each side's run of the same round against the other's. */
  readonly median: number;
  readonly reached: 'goal' | 'must' | 'neither';
}

/** The words of the text a second that a step of a job takes; `wall` is the whole process. */
export function wordsPerSecond(job: Job, step: string, of = step): Side {
  return { job, of, figure: (run, { words }) => words / secondsOf(run, step) };
}

/** What a run counted (`cells`, `numbers`), a second of a step. */
export function countPerSecond(job: Job, what: string, step: string, of = step): Side {
  return {
    job,
    of,
    unit: `${what}/s`,
    figure: (run) => {
      const count = run.counts?.[what];
      if (count === undefined) throw new Error(`a run of ${job.name} counts no ${what}`);
      return count / secondsOf(run, step);
    },
  };
}

function secondsOf(run: JobRun, step: string): number {
  const seconds = step === 'wall' ? run.wall : run.steps[step];
  if (seconds === undefined) throw new Error(`the run has no step ${step}`);
  return seconds;
}
