import type { Corpus, PairCorpus } from '../core/corpus.js';
import type { StageContext } from '../core/stage.js';
import type { TrainedVectors } from '../core/vectors.js';
import type { SamplingOptions } from '../sampling/options.js';
import type { TrainOptions } from './options.js';

/** Training options with nothing left open. */
export type ResolvedTrainOptions = {
  [Key in keyof TrainOptions]-?: NonNullable<TrainOptions[Key]>;
};

/** Something that can train a model: the native kernels, or the plain TypeScript reference. */
export interface Engine {
  readonly name: ResolvedTrainOptions['engine'];
  /** Whether this engine has this model with this loss at all. */
  trains(model: ResolvedTrainOptions['model'], loss: ResolvedTrainOptions['loss']): boolean;
  /** Why this engine cannot run on this machine, in one sentence; undefined when it can. */
  unavailable(): string | undefined;
  /** Trains on running text. Reports progress to `context.report`; throws the abort error when the signal fires. */
  train(
    corpus: Corpus,
    options: ResolvedTrainOptions,
    sampling: SamplingOptions,
    context: StageContext,
  ): Promise<TrainedVectors>;
  /** Trains on pairs that came from outside. */
  trainPairs(
    corpus: PairCorpus,
    options: ResolvedTrainOptions,
    context: StageContext,
  ): Promise<TrainedVectors>;
}
