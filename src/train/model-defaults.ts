import type { SubwordOptions } from '../core/subwords.js';
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

/** Options that only GloVe has. */
export const GLOVE_KEYS = [
  'xMax',
  'weightPower',
  'combine',
] as const satisfies readonly (keyof TrainOptions)[];

/** Options that only models with character n-grams have. */
export const SUBWORD_KEYS = ['minn', 'maxn', 'buckets'] as const satisfies readonly (keyof TrainOptions)[];

/** Training options in which what depends on the model is filled in; `fasttext` has become what it stands for. */
export type ModelOptions = Omit<TrainOptions, 'model'> & {
  readonly model: Exclude<TrainOptions['model'], 'fasttext'>;
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
export function withModelDefaults(given: TrainOptions): ModelOptions {
  const options = withSubwordDefaults(given);
  const { model } = options;
  const loss = options.loss ?? DEFAULT_LOSS[model];
  const rate = options.learningRate ?? defaultLearningRate(options);
  const batch = options.batch ?? (options.engine === 'tensorflow' ? DEFAULT_BATCH[model] : undefined);
  return {
    ...options,
    loss,
    learningRate: rate,
    // With word2vec's range the tanh units of nplm see next to nothing at first: more epochs for the same perplexity.
    initialRange: options.initialRange ?? (model === 'nplm' ? options.dimensions / 10 : 0.5),
    ...(batch !== undefined && { batch }),
    ...(model === 'glove' && gloveOptions(options)),
    ...(model === 'nplm' && nplmOptions({ ...options, loss })),
  };
}

/** Spells out the model that `fasttext` stands for, and fills in fastText's defaults where there are n-grams. */
function withSubwordDefaults({ minn, maxn, buckets, ...options }: TrainOptions) {
  const { model } = options;
  const longest = maxn ?? (model === 'fasttext' ? DEFAULT_SUBWORDS.maxn : 0);
  return {
    ...options,
    model: model === 'fasttext' ? ('skipgram' as const) : model,
    ...(longest > 0 && {
      minn: minn ?? DEFAULT_SUBWORDS.minn,
      maxn: longest,
      buckets: buckets ?? DEFAULT_SUBWORDS.buckets,
    }),
  };
}

/** fastText's. */
const DEFAULT_SUBWORDS: SubwordOptions = { minn: 3, maxn: 6, buckets: 2_000_000 };

/** Which n-grams a model has; undefined where it has none. */
export function subwordOptionsOf({
  minn,
  maxn,
  buckets,
}: Pick<ModelOptions, 'minn' | 'maxn' | 'buckets'>): SubwordOptions | undefined {
  if (!minn || !maxn || !buckets) return undefined;
  return { minn, maxn, buckets };
}

const DEFAULT_LOSS = {
  skipgram: 'negative',
  cbow: 'negative',
  glove: 'leastSquares',
  nplm: 'softmax',
} as const;

/** GloVe's options, with its release's defaults. */
export function gloveOptions({ xMax = 100, weightPower = 0.75, combine = 'sum' }: Partial<TrainOptions>) {
  return { xMax, weightPower, combine };
}

/**
 * What a model's defaults change of options as they were given: GloVe's, as in its release, are 25 epochs and windows
 * of 15 words.
 */
export function withGloveDefaults<
  Train extends { readonly model?: unknown; readonly epochs?: unknown },
  Sampling extends { readonly window?: unknown },
>(train: Train, sampling: Sampling): { train: Train; sampling: Sampling } {
  if (train.model !== 'glove') return { train, sampling };
  return {
    train: { ...train, epochs: train.epochs ?? 25 },
    sampling: { ...sampling, window: sampling.window ?? 15 },
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
export const DEFAULT_BATCH = { skipgram: 512, cbow: 256, glove: undefined, nplm: 256 } as const;

/** The windows that a neural language model predicts from, with their defaults. */
export function nplmWindows(sampling: Pick<SamplingOptions, keyof WindowsOptions>): WindowsOptions {
  const { shape, size, partial } = sampling;
  return windowsOptions.parse({ shape, size, partial });
}

function defaultLearningRate({ model, optimizer }: Pick<ModelOptions, 'model' | 'optimizer'>): number {
  return model === 'nplm' && optimizer === 'sgd'
    ? DEFAULT_LEARNING_RATE.nplmDescent
    : DEFAULT_LEARNING_RATE[model];
}
