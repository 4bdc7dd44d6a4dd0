import type { OptionProblem } from '../core/options.js';
import type { SamplingOptions } from '../sampling/options.js';
import { NPLM_KEYS } from './model-defaults.js';
import type { TrainOptions } from './options.js';

const WINDOW_KEYS = ['shape', 'size', 'partial'] as const;

type Given<Options> = { readonly [Key in keyof Options]?: Options[Key] | undefined };

/** Options as they are given, by section: nothing needs to be there, or right. */
export interface GivenOptions {
  readonly train?: Given<TrainOptions> | undefined;
  readonly sampling?: Given<SamplingOptions> | undefined;
  /** Whether training is on pairs from outside. */
  readonly ofPairs?: boolean;
}

/** Options that do not go with each other, whatever engine trains: each by its key, and what to do. */
export function modelProblems({ train = {}, sampling = {}, ofPairs = false }: GivenOptions): OptionProblem[] {
  const problems = train.model === 'nplm' ? problemsOfNplm(train) : problemsOfOthers(train, sampling);
  if (ofPairs && (train.model === 'cbow' || train.model === 'nplm')) problems.push(notOnPairs(train.model));
  return problems;
}

/** The problem with a model of windows that is to be trained on pairs. */
export function notOnPairs(model: 'cbow' | 'nplm'): OptionProblem {
  return {
    path: ['train', 'model'],
    problem: `${model} cannot be trained on pairs: it predicts from whole windows`,
    hint: `Train skipgram on pairs, or ${model} on text.`,
  };
}

function problemsOfNplm(train: Given<TrainOptions>): OptionProblem[] {
  const problems: OptionProblem[] = [];
  if (train.hiddenUnits === 0 && !train.direct) {
    problems.push({
      path: ['train', 'hiddenUnits'],
      problem: 'without hidden units nothing connects the context to the scores',
      hint: 'Give some, or direct: true.',
    });
  }
  if (train.patience && !train.validation) {
    problems.push({
      path: ['train', 'patience'],
      problem: 'needs held-out text to tell which epoch was best',
      hint: 'Give train.validation, such as 0.01.',
    });
  }
  if (train.samples !== undefined && train.loss !== 'sampled') {
    problems.push({
      path: ['train', 'samples'],
      problem: 'has no effect without sampled softmax',
      hint: 'Give loss: sampled, or leave it out.',
    });
  }
  return problems;
}

function problemsOfOthers(train: Given<TrainOptions>, sampling: Given<SamplingOptions>): OptionProblem[] {
  const model = train.model ?? 'skipgram';
  const problems: OptionProblem[] = NPLM_KEYS.filter((key) => train[key] !== undefined).map((key) => ({
    path: ['train', key],
    problem: `has no effect on ${model}; it is for the model nplm`,
  }));
  for (const key of WINDOW_KEYS) {
    if (sampling[key] === undefined) continue;
    problems.push({
      path: ['sampling', key],
      problem: `has no effect on ${model}; it is for the model nplm`,
      hint:
        key === 'size'
          ? 'The length of a vector is train.dimensions, the reach of a window sampling.window.'
          : 'The windows of skip-gram and CBOW are sampling.window and windowMode.',
    });
  }
  if (train.batch !== undefined && train.engine !== 'tensorflow') {
    problems.push({
      path: ['train', 'batch'],
      problem: 'has no effect but on the tensorflow engine',
      hint: 'Give engine: tensorflow, or leave it out.',
    });
  }
  return problems;
}
