import type { OptionProblem } from '../core/options.js';
import type { Given } from './model-problems.js';
import type { TrainOptions } from './options.js';

/** What of early stopping, continuing and freezing does not go together, or not with the model. */
export function courseProblems(train: Given<TrainOptions>): OptionProblem[] {
  const problems: OptionProblem[] = [];
  const add = (key: keyof TrainOptions, problem: string, hint: string) =>
    problems.push({ path: ['train', key], problem, hint });
  if (train.patience && !train.validation) {
    add(
      'patience',
      'needs held-out text to tell which epoch was best',
      'Give train.validation, such as 0.01.',
    );
  }
  const without = 'has no effect without initial vectors';
  if (train.initialVectors === undefined) {
    if (train.initialOutputWeights !== undefined)
      add('initialOutputWeights', without, 'Give train.initialVectors, which belong to them.');
    if (train.keepInitialWords !== undefined)
      add('keepInitialWords', without, 'Give train.initialVectors, or leave it out.');
    if (train.freeze === 'initial')
      add(
        'freeze',
        'there are no initial vectors to freeze',
        'Give train.initialVectors, or a file of words.',
      );
  }
  if (train.initialOutputWeights !== undefined && train.model === 'nplm') {
    add(
      'initialOutputWeights',
      'has no effect on nplm',
      'Leave it out; nplm starts from given vectors alone.',
    );
  } else if (train.initialOutputWeights !== undefined && train.loss === 'hierarchical') {
    add(
      'initialOutputWeights',
      'cannot go with hierarchical softmax: its rows belong to a tree that new counts change',
      'Leave it out.',
    );
  }
  if (train.freeze !== undefined && (train.model === 'nplm' || train.engine === 'tensorflow')) {
    const hint = 'Train skipgram or cbow on the native or the reference engine, or leave it out.';
    add('freeze', 'the tensorflow engine freezes no vectors', hint);
  }
  if (train.deterministic && (train.model === 'nplm' || train.engine === 'tensorflow')) {
    const hint = 'Train skipgram or cbow on the native or the reference engine, or leave it out.';
    add('deterministic', 'the tensorflow engine cannot promise the same bits on any number of threads', hint);
  }
  return problems;
}
