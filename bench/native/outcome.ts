import { median } from '../support/statistics.js';
import type { Outcome, Row } from './row.js';

/**
 * Compares a row's figures, one a round and side.
 *
 * @param ours at least one.
 * @param peer as many, unless the row has no peer.
 * @throws RangeError where the two are not equally many.
 */
export function outcomeOf(
  row: Pick<Row, 'compared' | 'must' | 'goal'>,
  ours: readonly number[],
  peer: readonly number[],
): Outcome {
  const { best, pairs } = compare(row.compared, ours, peer);
  const less = row.compared !== 'times';
  const reaches = (bound: number) => (less ? best <= bound : best >= bound);
  return {
    best,
    median: median(pairs),
    reached: reaches(row.goal) ? 'goal' : reaches(row.must) ? 'must' : 'neither',
  };
}

function compare(
  compared: Row['compared'],
  ours: readonly number[],
  peer: readonly number[],
): { best: number; pairs: number[] } {
  // Memory is what a run may need: the most that any did.
  if (compared === 'megabytes') return { best: Math.max(...ours), pairs: [...ours] };
  if (ours.length !== peer.length || ours.length === 0) {
    throw new RangeError(`${ours.length} runs of ours against ${peer.length} of the peer's`);
  }
  const ratio = (a: number, b: number) => (compared === 'times' ? a / b : b / a);
  return {
    best: ratio(Math.max(...ours), Math.max(...peer)),
    pairs: ours.map((rate, round) => ratio(rate, peer[round]!)),
  };
}
