import { remembered } from '../support/data.js';
import { compareScores } from '../support/statistics.js';
import type { Job } from './job.js';
import type { Row } from './row.js';
import { type Scores, scoreLine, scoresOf, TEST_SETS } from './scores.js';
import { alignedTable } from './table.js';
import type { Text } from './text.js';

const SEEDS = [1, 2, 3, 4, 5];

/**
 * Trains what the rows compare over five seeds, scores the vectors, and applies the quality rule: no test set lower than
 * 3 %, nor by more than two standard errors. Peers' scores are remembered; they do not change. Rows that train nothing of
 * their own, or share their jobs with an earlier one, are passed over.
 */
export async function quality(rows: readonly Row[], text: Text, threads: number, epochs: number) {
  const results = [];
  for (const { name, ours, peer } of scoredRows(rows)) {
    const scores: { ours: Scores[]; peer: Scores[] } = { ours: [], peer: [] };
    for (const seed of SEEDS) {
      const train = async (job: Job): Promise<Scores> => {
        job.prepare?.();
        const { vectors } = await job.run(text, { threads, seed, epochs });
        return scoresOf(vectors!);
      };
      scores.ours.push(await train(ours));
      const kept = `${peer.name}-scores-${text.name}-${epochs}-epochs-seed-${seed}`;
      scores.peer.push(await remembered(kept, () => train(peer)));
      console.log(
        `${name}, seed ${seed}: ${ours.tool} ${scoreLine(scores.ours.at(-1)!)}   ${peer.tool} ${scoreLine(scores.peer.at(-1)!)}`,
      );
    }
    for (const set of TEST_SETS) {
      const [a, b] = [scores.ours, scores.peer].map((of) => of.map((each) => each[set]));
      results.push({ row: name, set, oursBySeed: a, peerBySeed: b, ...compareScores(a!, b!) });
    }
  }
  const lines = results.map(({ row, set, ours, peer, relative, inStandardErrors, passes }) => [
    ...[row, set, ours.toFixed(4), peer.toFixed(4)],
    `${relative >= 0 ? '+' : ''}${(100 * relative).toFixed(1)} %`,
    ...[inStandardErrors.toFixed(1), passes ? 'passes' : 'FAILS'],
  ]);
  const head = ['row', 'test set', 'wordmill', 'peer', 'difference', 'standard errors', `${epochs} epochs`];
  console.log(`\n${alignedTable(head, lines)}\n`);
  return { epochs, results };
}

/** The rows whose two jobs train on words, each pair of jobs once. */
function scoredRows(rows: readonly Row[]): { name: string; ours: Job; peer: Job }[] {
  const seen = new Set<Job>();
  return rows.flatMap(({ name, ours, peer, scored }) => {
    if (!scored || !peer || seen.has(ours.job)) return [];
    seen.add(ours.job);
    return [{ name, ours: ours.job, peer: peer.job }];
  });
}
