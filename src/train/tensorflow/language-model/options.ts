import { z } from 'zod';
import { WordmillError } from '../../../core/errors.js';
import { parseOptions, positive, wholeNumber } from '../../../core/options.js';
import { CELL_NAMES } from '../recurrent/cell.js';

const share = () => z.number().min(0).max(0.95);

/** What a language model is made of. */
export const languageModelOptions = z.strictObject({
  cell: z.enum(CELL_NAMES).default('lstm').describe('The recurrent cell'),
  layers: wholeNumber(1, 64).default(2).describe('Recurrent layers on top of each other'),
  units: wholeNumber(1, 65_536).default(256).describe('Length of the activation of each recurrent layer'),
  dimensions: wholeNumber(1, 65_536).default(128).describe('Length of a word vector'),
  dense: z
    .array(wholeNumber(1, 65_536))
    .default([])
    .describe('Dense tanh layers between the recurrent ones and the softmax, each by its length'),
  tied: z
    .boolean()
    .default(false)
    .describe(
      'Use the word vectors as the weights of the softmax too; where the length before it is another than dimensions, a projection is put between',
    ),
  softmax: z
    .enum(['full', 'sampled'])
    .default('full')
    .describe('What a step of training compares the target with: all words, or a sample of them'),
  samples: wholeNumber(1, 1_000_000)
    .default(1_000)
    .describe('Words drawn for each step of a sampled softmax; a word drawn twice counts once'),
  dropout: share()
    .default(0)
    .describe('Share of units left out in training: of word vectors, between layers, and before the softmax'),
  inputDropout: share().optional().describe('The same for word vectors alone; by default as dropout'),
  outputDropout: share().optional().describe('The same before the softmax alone; by default as dropout'),
  outputPeephole: z
    .enum(['previous', 'current'])
    .default('current')
    .describe('Of lstm-peephole: the cell state that the output gate sees'),
  bidirectional: z
    .boolean()
    .default(false)
    .describe('Refused: a language model predicts from what comes before, and runs over a stream'),
});

/** What a language model is made of, all defaults filled in. */
export type LanguageModelOptions = z.infer<typeof languageModelOptions>;

/** How a language model is trained. */
export const languageModelTrainOptions = z.strictObject({
  epochs: wholeNumber(1, 1_000_000).default(5).describe('Passes over the text, at most'),
  batch: wholeNumber(1, 65_536).default(32).describe('Parallel streams that the text is cut into'),
  steps: wholeNumber(1, 10_000)
    .default(32)
    .describe('Steps of truncated back-propagation; the state goes on from one batch to the next'),
  optimizer: z.enum(['adam', 'sgd']).default('adam').describe('Adam, or plain gradient descent'),
  learningRate: positive().optional().describe('Where the learning rate starts: 0.002 for adam, 1 for sgd'),
  decay: z
    .enum(['none', 'linear', 'plateau'])
    .default('plateau')
    .describe(
      'How the learning rate falls: not; linearly to 0 at the end; or by decayFactor when the held-out perplexity of an epoch is no new best',
    ),
  decayFactor: z
    .number()
    .gt(0)
    .max(1)
    .default(0.5)
    .describe('What the learning rate is multiplied by on a plateau'),
  clip: positive().default(5).describe('Gradients are scaled down together to this length at most'),
  patience: wholeNumber(1, 1_000_000)
    .optional()
    .describe('Stop after this many epochs in a row without a new best held-out perplexity'),
  validationShare: z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe('Hold out this share of the text, its end, where no text to validate on is given'),
  seed: wholeNumber(0, 0xffff_ffff).default(1).describe('Seed of weights, dropout and samples'),
});

/** How a language model is trained, all defaults filled in. */
export type LanguageModelTrainOptions = z.infer<typeof languageModelTrainOptions> & {
  readonly learningRate: number;
};

const LEARNING_RATES = { adam: 0.002, sgd: 1 } as const;

/**
 * The options of a language model with every default filled in.
 *
 * @throws WordmillError `usage` for wrong options, and for a bidirectional model.
 */
export function resolveLanguageModelOptions(
  options: z.input<typeof languageModelOptions> = {},
): LanguageModelOptions {
  const resolved = parseOptions(languageModelOptions, options, 'model');
  if (!resolved.bidirectional) return resolved;
  throw new WordmillError(
    'usage',
    'a language model predicts each word from those before it; a bidirectional network needs those after it too',
    { place: { key: 'model.bidirectional' }, hint: 'Leave bidirectional out.' },
  );
}

/**
 * The options of its training with every default filled in.
 *
 * @throws WordmillError `usage` for wrong options.
 */
export function resolveLanguageModelTrainOptions(
  options: z.input<typeof languageModelTrainOptions> = {},
): LanguageModelTrainOptions {
  const parsed = parseOptions(languageModelTrainOptions, options, 'train');
  return { ...parsed, learningRate: parsed.learningRate ?? LEARNING_RATES[parsed.optimizer] };
}
