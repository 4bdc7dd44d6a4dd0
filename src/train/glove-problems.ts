import type { OptionProblem } from '../core/options.js';
import { type SamplingOptions, samplingOptions } from '../sampling/options.js';
import { GLOVE_KEYS, SUBWORD_KEYS } from './model-defaults.js';
import { type Given, isChanged } from './model-problems.js';
import { type TrainOptions, trainOptions } from './options.js';

/** Options of sampling that only GloVe has. */
const COUNTING_KEYS = ['symmetric', 'memory'] as const satisfies readonly (keyof SamplingOptions)[];

/** Training options of other models that have no default: to give one is to ask for something. */
const NOT_OF_GLOVE = [
  'initialVectors',
  'initialOutputWeights',
  'keepInitialWords',
  'freeze',
] as const satisfies readonly (keyof TrainOptions)[];

/** Options that GloVe does not have, where it is trained, and those that only it has, where another model is. */
export function gloveProblems(train: Given<TrainOptions>, sampling: Given<SamplingOptions>): OptionProblem[] {
  const { model = 'skipgram' } = train;
  if (model !== 'glove') {
    const problem = `has no effect on ${model}; it is for the model glove`;
    return [
      ...GLOVE_KEYS.filter((key) => train[key] !== undefined).map((key) => ({
        path: ['train', key],
        problem,
      })),
      ...COUNTING_KEYS.filter((key) => sampling[key] !== undefined).map((key) => ({
        path: ['sampling', key],
        problem,
      })),
    ];
  }
  const { negative, noisePower } = trainOptions.shape;
  const { subsample, subsampleFormula, windowMode, targets } = samplingOptions.shape;
  const problem = 'has no effect on glove, which learns from the counts of all words in whole windows';
  const changed: [string, string, boolean][] = [
    ['train', 'negative', isChanged(train.negative, negative)],
    ['train', 'noisePower', isChanged(train.noisePower, noisePower)],
    ['sampling', 'subsample', isChanged(sampling.subsample, subsample)],
    ['sampling', 'subsampleFormula', isChanged(sampling.subsampleFormula, subsampleFormula)],
    ['sampling', 'windowMode', isChanged(sampling.windowMode, windowMode)],
    ['sampling', 'targets', isChanged(sampling.targets, targets)],
  ];
  return [
    ...changed.filter(([, , given]) => given).map(([section, key]) => ({ path: [section, key], problem })),
    ...SUBWORD_KEYS.filter((key) => train[key] !== undefined).map((key) => ({
      path: ['train', key],
      problem: 'has no effect on glove; it is for skipgram and cbow',
    })),
    ...NOT_OF_GLOVE.filter((key) => train[key] !== undefined).map((key) => ({
      path: ['train', key],
      problem: 'has no effect on glove, which always starts at random and changes all rows',
      hint: 'Leave it out, or train skipgram or cbow.',
    })),
  ];
}
