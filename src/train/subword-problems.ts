import type { OptionProblem } from '../core/options.js';
import { SUBWORD_KEYS } from './model-defaults.js';
import type { TrainOptions } from './options.js';

/** What is wrong with options of character n-grams, as they are given. */
export function subwordProblems(
  train: {
    readonly [Key in keyof TrainOptions]?: TrainOptions[Key] | undefined;
  },
): OptionProblem[] {
  const { model = 'skipgram', maxn = model === 'fasttext' ? undefined : 0 } = train;
  if (model === 'nplm') {
    return SUBWORD_KEYS.filter((key) => train[key] !== undefined).map((key) => ({
      path: ['train', key],
      problem: 'has no effect on nplm; it is for skipgram and cbow',
      hint: 'Leave it out.',
    }));
  }
  if (maxn === 0) {
    return (['minn', 'buckets'] as const)
      .filter((key) => train[key] !== undefined)
      .map((key) => ({
        path: ['train', key],
        problem: 'has no effect without n-grams',
        hint: 'Give maxn, the length of the longest (fastText: 6).',
      }));
  }
  const problems: OptionProblem[] = [];
  if ((train.minn ?? 3) > (maxn ?? 6)) {
    problems.push({
      path: ['train', train.minn === undefined ? 'maxn' : 'minn'],
      problem: `the shortest n-grams, of ${train.minn ?? 3} characters, are longer than the longest, of ${maxn ?? 6}`,
      hint: 'Give a minn that is no larger than maxn.',
    });
  }
  for (const key of ['initialVectors', 'freeze'] as const) {
    if (train[key] === undefined) continue;
    problems.push({
      path: ['train', key],
      problem: 'does not go with n-grams: vectors are then composed of rows that words share',
      hint: 'Leave it out, or maxn.',
    });
  }
  if (train.engine === 'tensorflow') {
    problems.push({
      path: ['train', train.maxn === undefined ? 'model' : 'maxn'],
      problem: 'the tensorflow engine learns no vectors of n-grams',
      hint: 'Leave the engine out, or maxn.',
    });
  }
  return problems;
}
