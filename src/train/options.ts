import { z } from 'zod';
import { positive, wholeNumber } from '../core/options.js';

/** How vectors are learned. Defaults follow word2vec.c, but for the model, which is skip-gram. */
export const trainOptions = z.strictObject({
  engine: z
    .enum(['native', 'reference'])
    .optional()
    .describe('native (C++) or reference (TypeScript, slow); by default the first that can train the model'),
  model: z
    .enum(['skipgram', 'cbow'])
    .default('skipgram')
    .describe('What predicts what: a word its neighbours, or the neighbours a word'),
  loss: z
    .enum(['negative', 'hierarchical', 'softmax'])
    .default('negative')
    .describe('Negative sampling, hierarchical softmax, or full softmax'),
  negative: wholeNumber(1, 1_000).default(5).describe('Negative samples for each target'),
  noisePower: z
    .number()
    .min(0)
    .max(2)
    .default(0.75)
    .describe('Negatives are drawn in proportion to count to this power'),
  dimensions: wholeNumber(1, 65_536).default(100).describe('Length of a vector'),
  epochs: wholeNumber(1, 1_000_000).default(5).describe('Passes over the text'),
  learningRate: positive()
    .optional()
    .describe(
      'Where the learning rate starts: 0.025 for skip-gram, 0.05 for CBOW; falls linearly to 0.0001 of it',
    ),
  initialRange: positive()
    .default(0.5)
    .describe('Input vectors start uniform in +-this/dimensions (word2vec.c: 0.5; gensim: 1)'),
  threads: wholeNumber(1, 1_024).optional().describe('Training threads; by default one for each processor'),
  seed: wholeNumber(0, 0xffff_ffff)
    .default(1)
    .describe('Seed of all draws; one thread and one seed repeat bit for bit'),
  instructionSet: z
    .enum(['auto', 'avx512', 'avx2', 'neon', 'portable'])
    .default('auto')
    .describe('Instructions of the native engine; auto takes the widest that this processor has'),
});

/** `trainOptions` as parsed: what depends on the model or the machine may still be open. */
export type TrainOptions = z.infer<typeof trainOptions>;
