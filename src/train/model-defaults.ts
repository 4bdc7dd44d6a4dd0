import { type SamplingOptions, type WindowsOptions, windowsOptions } from '../sampling/options.js';
import { DEFAULT_LEARNING_RATE } from './learning-rate.js';
import type { TrainOptions } from './options.js';

/** Options that only the neural probabilistic language model has. */
export const NPLM_KEYS = [
  'hiddenUnits',
  'direct',
  'samples',
  'optimizer',
  'dropout',
] as const satisfies readonly (keyof TrainOptions)[];

/** Training options in which what depends on the model is filled in. */
export type ModelOptions = TrainOptions & {
  readonly loss: NonNullable<TrainOptions['loss']>;
  readonly learningRate: number;
  readonly initialRange: number;
};

/** What the neural language model is made and trained with. */
export type NplmOptions = {
  readonly [Key in
    | Exclude<(typeof NPLM_KEYS)[number], 'samples'>
    | ('batch' | 'validation' | 'patience')]: NonNullable<TrainOptions[Key]>;
} & { readonly samples?: number };

/** Fills in the loss, the learning rate, the initial range, and what else the model takes; other models' options stay away. */
export function withModelDefaults(options: TrainOptions): ModelOptions {
  const { model } = options;
  const loss = options.loss ?? (model === 'nplm' ? 'softmax' : 'negative');
  const rate = options.learningRate ?? defaultLearningRate(options);
  const batch = options.batch ?? (options.engine === 'tensorflow' ? DEFAULT_BATCH[model] : undefined);
  return {
    ...options,
    loss,
    learningRate: rate,
    // With word2vec's range the tanh units of nplm see next to nothing at first: more epochs for the same perplexity.
    initialRange: options.initialRange ?? (model === 'nplm' ? options.dimensions / 10 : 0.5),
    ...(batch !== undefined && { batch }),
    ...(model === 'nplm' && nplmOptions({ ...options, loss })),
  };
}

/** The neural language model's options, with their defaults. */
export function nplmOptions(options: Partial<TrainOptions>): NplmOptions {
  return {
    batch: options.batch ?? DEFAULT_BATCH.nplm,
    hiddenUnits: options.hiddenUnits ?? 100,
    direct: options.direct ?? false,
    optimizer: options.optimizer ?? 'adam',
    dropout: options.dropout ?? 0,
    validation: options.validation ?? 0,
    patience: options.patience ?? 0,
    ...(options.loss === 'sampled' && { samples: options.samples ?? 1_000 }),
  };
}

/** Predictions that a step of the tensorflow engine learns from together, where nothing is said. */
export const DEFAULT_BATCH = { skipgram: 512, cbow: 256, nplm: 256 } as const;

/** The windows that a neural language model predicts from, with their defaults. */
export function nplmWindows(sampling: Pick<SamplingOptions, keyof WindowsOptions>): WindowsOptions {
  const { shape, size, partial } = sampling;
  return windowsOptions.parse({ shape, size, partial });
}

function defaultLearningRate({ model, optimizer }: TrainOptions): number {
  return model === 'nplm' && optimizer === 'sgd'
    ? DEFAULT_LEARNING_RATE.nplmDescent
    : DEFAULT_LEARNING_RATE[model];
}
