import { join } from 'node:path';
import type { TrainedVectors } from '../../src/core/vectors.js';
import { readTestSets } from '../../src/index.js';
import { evaluate, scoreOf } from '../../src/vectors/evaluate/evaluate.js';
import { shared } from '../support/data.js';

export const SETS = ['wordsim353', 'simlex999', 'analogies'] as const;

/** Spearman correlations, and the share of analogies answered among the 30,000 most frequent words. */
export type Scores = Readonly<Record<(typeof SETS)[number], number>>;

/** Scores vectors as the quality of the main job is judged; with wordmill's own evaluators, which give gensim's numbers. */
export async function scoresOf({
  vocabulary,
  input,
}: Pick<TrainedVectors, 'vocabulary' | 'input'>): Promise<Scores> {
  const sets = await readTestSets({
    pairs: [join(shared, 'wordsim353.tsv'), join(shared, 'simlex999.txt')],
    analogies: join(shared, 'questions-words.txt'),
  });
  const words = { words: vocabulary.words, matrix: input };
  const pairs = await evaluate(words, { ...sets, analogies: [] });
  const analogies = await evaluate(words, { ...sets, pairs: [] }, { restrictVocabulary: 30_000 });
  const [wordsim353, simlex999, answered] = [...pairs, ...analogies].map(scoreOf);
  return { wordsim353: wordsim353!, simlex999: simlex999!, analogies: answered! };
}

/** The scores in the order of `SETS`. */
export function scoreLine(scores: Scores): string {
  return SETS.map((set) => scores[set].toFixed(3)).join(' ');
}
