import { alternate } from './alternate.js';
import type { Job, JobOptions } from './job.js';
import { lastLine, type RowResult, reportTable, resultsOf } from './report.js';
import type { Row, Side } from './row.js';
import type { SavedRow } from './saved-row.js';
import { type Scores, scoreLine, scoresOf } from './scores.js';
import type { Text } from './text.js';

/** Runs what the rows need, prints the table, and gives what goes into the JSON file. */
export async function speed(
  rows: readonly Row[],
  text: Text,
  threads: number,
  rounds: { readonly rounds: number; readonly withinSeconds?: number },
) {
  const options: JobOptions = { threads, seed: 1, epochs: 1 };
  const jobs = jobsOf(rows);
  const runs = await alternate(jobs, text, options, {
    ...rounds,
    onRun: (job, round, result) => console.log(`${round + 1}  ${job.name.padEnd(28)}${described(result)}`),
  });
  const scores = new Map<Job, Scores>();
  for (const [job, done] of runs) {
    const vectors = 'runs' in done ? done.runs.at(-1)?.vectors : undefined;
    if (!vectors) continue;
    scores.set(job, await scoresOf(vectors));
    console.log(`   ${job.name.padEnd(28)}scores ${scoreLine(scores.get(job)!)}`);
  }
  const results = resultsOf(rows, runs, text);
  console.log(`\n${reportTable(results, runs, scores)}\n`);
  for (const { row, missing } of results) if (missing) console.log(`${row.name}: ${missing}`);
  return {
    text,
    threads,
    rows: results.map(savedRow),
    jobs: Object.fromEntries(
      [...runs].map(([job, done]) => [job.name, { ...done, scores: scores.get(job) }]),
    ),
  };
}

function savedRow({ row, ours, peer, outcome, missing }: RowResult): SavedRow {
  const { name, title, compared, must, goal } = row;
  const side = ({ job, of, unit = 'words/s' }: Side, figures: readonly number[]) => ({
    ...{ tool: job.tool, settings: job.settings, of, unit, figures },
  });
  return {
    ...{ name, title, compared, must, goal, ours: side(row.ours, ours) },
    ...(row.peer && { peer: side(row.peer, peer) }),
    ...(outcome && { outcome }),
    ...(missing !== undefined && { missing }),
  };
}

/** The jobs of the rows, each once: what a job needs before it, and the peer before ours. */
export function jobsOf(rows: readonly Row[]): readonly Job[] {
  const withNeeds = (job: Job): Job[] => [...(job.needs ?? []).flatMap(withNeeds), job];
  const jobs = rows.flatMap(({ ours, peer }) => [...(peer ? [peer.job] : []), ours.job]);
  return [...new Set(jobs.flatMap(withNeeds))];
}

function described(result: { wall: number; steps: Readonly<Record<string, number>> } | string): string {
  if (typeof result === 'string') return `failed: ${lastLine(result)}`;
  const steps = Object.entries(result.steps).map(([step, seconds]) => `${step} ${seconds.toFixed(2)}`);
  return `${result.wall.toFixed(2)} s  (${steps.join(', ')})`;
}
