import type { CellCorpus, Corpus, PairCorpus } from '../core/corpus.js';
import type { StageContext } from '../core/stage.js';
import type { TrainedVectors } from '../core/vectors.js';
import type { SamplingOptions } from '../sampling/options.js';
import type { GLOVE_KEYS, ModelOptions, NPLM_KEYS, SUBWORD_KEYS } from './model-defaults.js';
import type { TrainingSetup } from './training-setup.js';

/** Options that not every model or engine has. */
type ModelKey =
  | (typeof NPLM_KEYS)[number]
  | (typeof SUBWORD_KEYS)[number]
  | ('batch' | 'requireNative' | 'validation' | 'patience' | 'deterministic')
  | (typeof GLOVE_KEYS)[number]
  | ('initialVectors' | 'initialOutputWeights' | 'keepInitialWords' | 'freeze');

/** Training options with nothing left open but what the model does not have. */
export type ResolvedTrainOptions = {
  [Key in Exclude<keyof ModelOptions, ModelKey>]-?: NonNullable<ModelOptions[Key]>;
} & Pick<ModelOptions, ModelKey>;

/** Something that can train a model: the native kernels, TensorFlow, or the plain TypeScript reference. */
export interface Engine {
  readonly name: ResolvedTrainOptions['engine'];
  /** Whether this engine has this model with this loss at all. */
  trains(model: ResolvedTrainOptions['model'], loss: ResolvedTrainOptions['loss']): boolean;
  /** Why this engine cannot run on this machine, in one sentence; undefined when it can. */
  unavailable(): string | undefined;
  /**
   * Loads what training needs, before any text is read.
   *
   * @throws WordmillError `unavailable` where it cannot be had as the options ask.
   */
  prepare?(options: ResolvedTrainOptions, context: StageContext): Promise<void>;
  /** Memory that training takes for a vocabulary of so many words, in bytes; by default that of E and W. */
  memory?(words: number, options: ResolvedTrainOptions, sampling: SamplingOptions): number;
  /**
   * Trains on running text. Reports progress to `context.report`; throws the abort error when the signal fires.
   *
   * @param setup what rows start from, which are frozen, and who is called after each epoch. What the options name as
   * files (`initialVectors`, `freeze`, ...) has been read into it.
   */
  train(
    corpus: Corpus,
    options: ResolvedTrainOptions,
    sampling: SamplingOptions,
    context: StageContext,
    setup?: TrainingSetup,
  ): Promise<TrainedVectors>;
  /** Trains on pairs that came from outside. */
  trainPairs(
    corpus: PairCorpus,
    options: ResolvedTrainOptions,
    context: StageContext,
    setup?: TrainingSetup,
  ): Promise<TrainedVectors>;
  /** Trains GloVe on co-occurrences; there where it trains that at all. */
  trainCells?(
    corpus: CellCorpus,
    options: ResolvedTrainOptions,
    context: StageContext,
    setup?: TrainingSetup,
  ): Promise<TrainedVectors>;
}
