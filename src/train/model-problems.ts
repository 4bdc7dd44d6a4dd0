import type { OptionProblem } from '../core/options.js';
import { type SamplingOptions, samplingOptions } from '../sampling/options.js';
import { courseProblems } from './course-problems.js';
import { gloveProblems } from './glove-problems.js';
import { NPLM_KEYS } from './model-defaults.js';
import { type TrainOptions, trainOptions } from './options.js';
import { subwordProblems } from './subword-problems.js';

const NOT_OF_NPLM = 'has no effect on nplm; it is for skipgram and cbow';
const WINDOW_KEYS = ['shape', 'size', 'partial'] as const;

export type Given<Options> = { readonly [Key in keyof Options]?: Options[Key] | undefined };

/** Options as they are given, by section: nothing needs to be there, or right. */
export interface GivenOptions {
  readonly train?: Given<TrainOptions> | undefined;
  readonly sampling?: Given<SamplingOptions> | undefined;
  /** Whether training is on pairs from outside. */
  readonly ofPairs?: boolean;
}

/** Options that do not go with each other, whatever engine trains: each by its key, and what to do. */
export function modelProblems({ train = {}, sampling = {}, ofPairs = false }: GivenOptions): OptionProblem[] {
  const problems =
    train.model === 'nplm' ? problemsOfNplm(train, sampling) : problemsOfOthers(train, sampling);
  problems.push(...gloveProblems(train, sampling));
  problems.push(...courseProblems(train));
  problems.push(...subwordProblems(train));
  const { model } = train;
  if (ofPairs && (model === 'cbow' || model === 'glove' || model === 'nplm'))
    problems.push(notOnPairs(model));
  return problems;
}

/** The problem with a model of windows that is to be trained on pairs. */
export function notOnPairs(model: 'cbow' | 'glove' | 'nplm'): OptionProblem {
  return {
    path: ['train', 'model'],
    problem: `${model} cannot be trained on pairs: it ${model === 'glove' ? 'learns from counts' : 'predicts from whole windows'}`,
    hint: `Train skipgram on pairs, or ${model} on text.`,
  };
}

/** The problem with a model that is to be trained on co-occurrences. */
export function onCellsOnly(model: string): OptionProblem {
  return {
    path: ['train', 'model'],
    problem: `${model} cannot be trained on co-occurrences`,
    hint: 'Train glove on them, or train on text.',
  };
}

function problemsOfNplm(train: Given<TrainOptions>, sampling: Given<SamplingOptions>): OptionProblem[] {
  const problems = [...trainProblemsOfNplm(train), ...samplingProblemsOfNplm(sampling)];
  if (train.hiddenUnits === 0 && !train.direct) {
    problems.push({
      path: ['train', 'hiddenUnits'],
      problem: 'without hidden units nothing connects the context to the scores',
      hint: 'Give some, or direct: true.',
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

/** Options of other models and engines, where they are not what they are by default. */
function trainProblemsOfNplm(train: Given<TrainOptions>): OptionProblem[] {
  const problems: OptionProblem[] = [];
  const { negative, noisePower, instructionSet } = trainOptions.shape;
  const add = (key: keyof TrainOptions, problem: string, hint: string) =>
    problems.push({ path: ['train', key], problem, hint });
  if (isChanged(train.negative, negative))
    add('negative', NOT_OF_NPLM, 'How many words a sampled softmax draws is train.samples.');
  if (train.loss !== 'sampled' && isChanged(train.noisePower, noisePower))
    add(
      'noisePower',
      'has no effect on nplm without sampled softmax',
      'Give loss: sampled, or leave it out.',
    );
  if (isChanged(train.instructionSet, instructionSet))
    add(
      'instructionSet',
      'has no effect but on the native engine, which does not train nplm',
      'Leave it out.',
    );
  return problems;
}

function samplingProblemsOfNplm(sampling: Given<SamplingOptions>): OptionProblem[] {
  const windows = 'The windows of nplm are sampling.shape, size and partial.';
  const hints = {
    ...{ window: windows, windowMode: windows, targets: windows },
    ...{ subsample: 'nplm learns from every word.', subsampleFormula: 'nplm learns from every word.' },
  };
  const keys = Object.keys(hints) as (keyof typeof hints)[];
  return keys
    .filter((key) => isChanged(sampling[key], samplingOptions.shape[key]))
    .map((key) => ({ path: ['sampling', key], problem: NOT_OF_NPLM, hint: hints[key] }));
}

/** A definition that was printed names all options: those that are what they are by default ask for nothing. */
export function isChanged(
  value: unknown,
  { def }: { readonly def: { readonly defaultValue: unknown } },
): boolean {
  return value !== undefined && value !== def.defaultValue;
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
