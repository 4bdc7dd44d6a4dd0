import { WordmillError } from '../../core/errors.js';
import { type OptionProblem, unknownName } from '../../core/options.js';
import { type SetScores, scoreOf, type TestSets } from './evaluate.js';

/** By name of a set, the least score that will do. */
export type Minimums = Readonly<Record<string, number>>;

/** A score that is too low, or is none. */
export interface MissedMinimum {
  readonly name: string;
  readonly score: number;
  readonly minimum: number;
}

/** The sets whose scores are below their minimum; a score that is no number is below any. */
export function missedMinimums(scores: readonly SetScores[], minimums: Minimums): MissedMinimum[] {
  return scores.flatMap((set) => {
    const minimum = minimums[set.name];
    const score = scoreOf(set);
    return minimum === undefined || score >= minimum ? [] : [{ name: set.name, score, minimum }];
  });
}

/** Minimums of sets that are not evaluated: their names are wrong, and they would never be missed. */
export function minimumProblems(minimums: Minimums, names: readonly string[]): OptionProblem[] {
  return Object.keys(minimums)
    .filter((name) => !names.includes(name))
    .map((name) => ({ path: ['minimum', name], ...unknownName('test set', name, names) }));
}

/** A missed minimum in words. */
function describeMissed({ name, score, minimum }: MissedMinimum): string {
  const got = Number.isNaN(score) ? 'has no score' : `is ${score.toFixed(4)}`;
  return `${name} ${got}; its minimum is ${minimum}`;
}

/**
 * Refuses minimums of sets that are not evaluated.
 *
 * @param key where the minimums were given
 * @throws WordmillError `usage`, with the nearest right name.
 */
export function checkMinimums(minimums: Minimums, { pairs, analogies }: TestSets, key: string): void {
  const names = [...pairs, ...analogies].map(({ name }) => name);
  for (const { problem, hint } of minimumProblems(minimums, names)) {
    throw new WordmillError('usage', problem, { place: { key }, ...(hint && { hint }) });
  }
}

/**
 * Ends a command whose scores are too low.
 *
 * @param place the file that was scored, or where the minimum was given
 * @param hint what became of the outputs, where there are some
 * @throws WordmillError `belowMinimum`, whose exit code is 1, naming each score and its minimum.
 */
export function refuseMissed(
  scores: readonly SetScores[],
  minimums: Minimums,
  place: string,
  hint?: string,
): void {
  const missed = missedMinimums(scores, minimums);
  if (missed.length === 0) return;
  throw new WordmillError('belowMinimum', missed.map(describeMissed).join('; '), {
    place: { file: place },
    ...(hint && { hint }),
  });
}
