import { join } from 'node:path';
import { gensimPython } from '../../scripts/peers.mjs';
import { root, shared } from '../support/data.js';
import { measure } from '../support/measure.js';
import type { VectorFile } from './job.js';

const TEST_FILES = {
  wordsim353: 'wordsim353.tsv',
  simlex999: 'simlex999.txt',
  analogies: 'questions-words.txt',
} as const;

export type TestSet = keyof typeof TEST_FILES;
export const TEST_SETS = Object.keys(TEST_FILES) as TestSet[];

/** Spearman correlations, and the share of analogies answered among the 30,000 most frequent words. */
export type Scores = Readonly<Record<TestSet, number>>;

/** Scores vectors with gensim's own evaluators. */
export async function scoresOf({ path, binary }: VectorFile): Promise<Scores> {
  const { stdout } = await measure(gensimPython(), [
    join(root, 'bench', 'peers', 'evaluate.py'),
    path,
    ...(binary ? ['--binary'] : []),
    ...TEST_SETS.flatMap((set) => [`--${set}`, join(shared, TEST_FILES[set])]),
  ]);
  return JSON.parse(stdout) as Scores;
}

/** The scores in the order of `TEST_SETS`, such as `.415 .227 .125`. */
export function scoreLine(scores: Scores, digits = 3): string {
  return TEST_SETS.map((set) => scores[set].toFixed(digits).replace(/^(-?)0/, '$1')).join(' ');
}
