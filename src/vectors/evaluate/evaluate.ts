import { WordmillError } from '../../core/errors.js';
import type { WordVectors } from '../../formats/word-vectors.js';
import { type AnalogySet, readAnalogies } from './analogies.js';
import type { AnswerMeans } from './answer-analogies.js';
import { type AnalogyScores, evaluateAnalogies } from './evaluate-analogies.js';
import { evaluatePairs, type PairScores } from './evaluate-pairs.js';
import { pathsOf, type ScoringOptions } from './options.js';
import { readWordPairs, type WordPairs } from './word-pairs.js';

/** Test sets that were read. */
export interface TestSets {
  readonly pairs: readonly WordPairs[];
  readonly analogies: readonly AnalogySet[];
}

/** The scores of one set. */
export type SetScores = PairScores | AnalogyScores;

/**
 * Reads test sets.
 *
 * @throws WordmillError `noInput` for a file that cannot be read, `data` for one that is no such set, `usage` for two of
 * one name, whose scores could not be told apart.
 */
export async function readTestSets(files: {
  readonly pairs?: string | readonly string[];
  readonly analogies?: string | readonly string[];
}): Promise<TestSets> {
  const sets = {
    pairs: await Promise.all(pathsOf(files.pairs ?? []).map(readWordPairs)),
    analogies: await Promise.all(pathsOf(files.analogies ?? []).map(readAnalogies)),
  };
  const names = [...sets.pairs, ...sets.analogies].map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new WordmillError('usage', `two test sets have the name '${twice}', which is their file's`, {
      hint: 'Rename one of the files.',
    });
  }
  return sets;
}

/** Scores vectors on test sets: pairs first, in the order given. @throws WordmillError `aborted`. */
export async function evaluate(
  vectors: Pick<WordVectors, 'words' | 'matrix'>,
  { pairs, analogies }: TestSets,
  options: ScoringOptions = {},
  means: AnswerMeans = {},
): Promise<SetScores[]> {
  const scores: SetScores[] = pairs.map((set) => evaluatePairs(vectors, set, options));
  for (const set of analogies) scores.push(await evaluateAnalogies(vectors, set, options, means));
  return scores;
}

/** The one number of a set: Spearman's correlation of pairs, the accuracy of analogies. */
export function scoreOf(scores: SetScores): number {
  return scores.kind === 'pairs' ? scores.spearman.coefficient : scores.accuracy;
}
