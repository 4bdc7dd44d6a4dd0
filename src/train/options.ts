import { z } from 'zod';
import { positive, wholeNumber } from '../core/options.js';

/** What the tensorflow engine takes beyond the rest; nplm alone but for `batch`. Defaults: `model-defaults.ts`. */
const neuralOptions = {
  batch: wholeNumber(1, 1_000_000)
    .optional()
    .describe('tensorflow: predictions that a step learns from together; by default 256, for skip-gram 512'),
  requireNative: z
    .boolean()
    .optional()
    .describe('Fail rather than train on something slower where the native library is missing'),
  hiddenUnits: wholeNumber(0, 65_536)
    .optional()
    .describe('nplm: tanh units between vectors and scores, 100 by default; 0 with direct: none'),
  direct: z
    .boolean()
    .optional()
    .describe('nplm: also connect the vectors of the context to the scores directly'),
  samples: wholeNumber(1, 1_000_000)
    .optional()
    .describe('nplm with loss sampled: words drawn at each step to compare targets with, 1000 by default'),
  optimizer: z.enum(['adam', 'sgd']).optional().describe('nplm: adam (by default) or plain gradient descent'),
  dropout: z
    .number()
    .min(0)
    .max(0.95)
    .optional()
    .describe('nplm: share of the hidden units that a step leaves out, 0 by default'),
};

/** What GloVe takes beyond the rest. Defaults: `model-defaults.ts`. */
const gloveOptions = {
  xMax: positive().optional().describe('glove: cells of this count and more weigh the same; 100 by default'),
  weightPower: z
    .number()
    .min(0)
    .max(10)
    .optional()
    .describe(
      'glove: below xMax a cell weighs (count/xMax) to this power (the release: alpha); 0.75 by default',
    ),
  combine: z
    .enum(['sum', 'word'])
    .optional()
    .describe('glove: the vectors are word + context vectors, by default, or word vectors alone'),
};

/** When training ends, and what it starts from. */
const courseOptions = {
  validation: z
    .number()
    .min(0)
    .max(0.5)
    .optional()
    .describe(
      'Share of the sentences (glove: of the cells) held out, for the loss on them after each epoch; 0 by default',
    ),
  patience: wholeNumber(0, 1_000_000)
    .optional()
    .describe(
      'With validation: stop after so many epochs without a lower held-out loss, and keep the best; 0, the default: never',
    ),
  initialVectors: z
    .string()
    .min(1)
    .optional()
    .describe('Go on from the vectors in this file; words that it lacks start at random'),
  initialOutputWeights: z
    .string()
    .min(1)
    .optional()
    .describe(
      'With initialVectors: the output weights that were saved with them; without, they start at zero',
    ),
  keepInitialWords: z
    .boolean()
    .optional()
    .describe(
      'Keep all words of initialVectors, whatever their count in the new text; true by default (--no-keep-initial-words: do not)',
    ),
  freeze: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Leave the vectors of these words as they are: initial, those of initialVectors; or a file with a word on each line',
    ),
};

/** Subwords (`src/core/subwords.ts`). Defaults: `model-defaults.ts`. */
const subwordOptions = {
  minn: wholeNumber(1, 100)
    .optional()
    .describe('Subwords: characters of the shortest n-grams, 3 by default; a word has < and > at its ends'),
  maxn: wholeNumber(0, 100)
    .optional()
    .describe('Subwords: characters of the longest n-grams; 0, the default, for none; with model fasttext 6'),
  buckets: wholeNumber(1, 100_000_000)
    .optional()
    .describe('Subwords: rows that n-grams share by their hash, 2000000 by default'),
};

/** How vectors are learned. Defaults follow word2vec.c, but for the model, which is skip-gram. */
export const trainOptions = z.strictObject({
  engine: z
    .enum(['native', 'reference', 'tensorflow'])
    .optional()
    .describe(
      'native (C++), reference (TypeScript, slow) or tensorflow; by default the first that can train the model',
    ),
  model: z
    .enum(['skipgram', 'cbow', 'fasttext', 'glove', 'nplm'])
    .default('skipgram')
    .describe(
      'What predicts what: a word its neighbours, the neighbours a word, two words how often they meet, or a neural language model the next word; fasttext is skipgram with maxn 6',
    ),
  loss: z
    .enum(['negative', 'hierarchical', 'softmax', 'sampled', 'leastSquares'])
    .optional()
    .describe(
      'Negative sampling (skip-gram and CBOW by default), hierarchical softmax, full softmax (nplm by default), sampled softmax, or weighted least squares (glove)',
    ),
  negative: wholeNumber(1, 1_000).default(5).describe('Negative samples for each target'),
  noisePower: z
    .number()
    .min(0)
    .max(2)
    .default(0.75)
    .describe('Negatives are drawn in proportion to count to this power'),
  dimensions: wholeNumber(1, 65_536).default(100).describe('Length of a vector'),
  epochs: wholeNumber(1, 1_000_000)
    .default(5)
    .describe('Passes over the text; for glove 25 by default, over the cells'),
  learningRate: positive()
    .optional()
    .describe(
      'Where the learning rate starts: 0.025 for skip-gram, 0.05 for CBOW, 0.001 for nplm (0.1 with sgd); falls linearly to 0.0001 of it. For glove 0.05, by AdaGrad',
    ),
  initialRange: positive()
    .optional()
    .describe(
      'Input vectors start uniform in +-this/dimensions: 0.5 as in word2vec.c (gensim: 1); for nplm dimensions/10',
    ),
  threads: wholeNumber(1, 1_024).optional().describe('Training threads; by default one for each processor'),
  seed: wholeNumber(0, 0xffff_ffff)
    .default(1)
    .describe(
      'Seed of all draws; one thread and one seed repeat bit for bit, with deterministic any number of threads',
    ),
  deterministic: z
    .boolean()
    .optional()
    .describe('The same vectors from the same seed, bit for bit, whatever the number of threads'),
  instructionSet: z
    .enum(['auto', 'avx512', 'avx2', 'neon', 'portable'])
    .default('auto')
    .describe('Instructions of the native engine; auto takes the widest that this processor has'),
  ...courseOptions,
  ...subwordOptions,
  ...gloveOptions,
  ...neuralOptions,
});

/** `trainOptions` as parsed: what depends on the model or the machine may still be open. */
export type TrainOptions = z.infer<typeof trainOptions>;
