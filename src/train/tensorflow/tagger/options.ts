import { z } from 'zod';
import { positive, wholeNumber } from '../../../core/options.js';
import { SCHEMES } from '../../tagging/schemes.js';
import { CELL_NAMES } from '../recurrent/cell.js';

const share = () => z.number().min(0).max(0.95);

/** What a tagger does with word vectors that were trained before. */
export const taggerVectorsOptions = z.strictObject({
  frozen: z
    .boolean()
    .default(false)
    .describe('Leave the vectors as they are; by default training fine-tunes those of its own words'),
  maxWords: wholeNumber(1, 100_000_000)
    .default(400_000)
    .describe('Keep this many vectors at most, the first of the file; the saved model holds them all'),
  rate: positive()
    .max(1)
    .default(0.1)
    .describe('Fine-tuned vectors learn at this part of the learning rate, so that they stay comparable'),
});

/** What a tagger is made of. */
export const taggerModelOptions = z.strictObject({
  dimensions: wholeNumber(1, 10_000)
    .optional()
    .describe('Length of a word vector: that of the vectors given, else 100'),
  lowercase: z
    .boolean()
    .default(false)
    .describe('Look words up in lower case at once, not only where their own spelling is unknown'),
  minCount: wholeNumber(1)
    .default(1)
    .describe('Words of the training text that have no vector get one of their own from this count on'),
  cell: z.enum(CELL_NAMES).default('lstm').describe('Recurrent cell, run in both directions'),
  layers: wholeNumber(1, 16).default(1).describe('Recurrent layers on top of each other'),
  units: wholeNumber(1, 10_000).default(100).describe('Units of a recurrent layer in each direction'),
  dropout: share()
    .default(0.5)
    .describe('Part of the units left out in training: before, between and after layers'),
  dense: z
    .array(wholeNumber(1, 10_000))
    .max(8)
    .default([])
    .describe('Units of dense tanh layers between the recurrent ones and the scores of the tags'),
  characters: z.boolean().default(true).describe('Also read the characters of a word, by a BiLSTM'),
  characterDimensions: wholeNumber(1, 1_000).default(25).describe('Length of the vector of a character'),
  characterUnits: wholeNumber(1, 1_000).default(25).describe('Units of the BiLSTM over characters, each way'),
  shapes: z.boolean().default(true).describe('Also see the shape of a word: capitals, digits, punctuation'),
  shapeDimensions: wholeNumber(1, 1_000).default(10).describe('Length of the vector of a shape'),
  decoder: z
    .enum(['crf', 'softmax'])
    .default('crf')
    .describe('crf scores whole sequences of tags; softmax each tag by itself'),
  scheme: z
    .enum(SCHEMES)
    .optional()
    .describe('The tagging scheme that is learned and predicted; by default that of the training data'),
});

/** How a tagger is trained. */
export const taggerTrainOptions = z.strictObject({
  epochs: wholeNumber(1, 1_000_000).default(30).describe('Passes over the training data, at most'),
  batch: wholeNumber(1, 100_000).default(32).describe('Sentences in a step of training, of similar length'),
  learningRate: positive().default(0.004).describe('Where the learning rate of Adam starts'),
  learningRateDecay: z
    .number()
    .min(0)
    .default(0.05)
    .describe('After e epochs the learning rate is divided by 1 + e times this'),
  clip: positive().default(5).describe('Gradients together longer than this are shortened to it'),
  patience: wholeNumber(1)
    .default(5)
    .describe('Stop after this many epochs without a better F1 on the development data, once it is above 0'),
  unknownShare: share()
    .default(0.5)
    .describe('How often a word that occurs once and has no vector counts as unknown in training'),
  maxLength: wholeNumber(1, 100_000)
    .default(1_000)
    .describe('Refuse training sentences of more tokens; in use longer ones are tagged in pieces'),
  seed: wholeNumber(0, 0xffff_ffff).default(1).describe('Seed of starting weights, order and dropout'),
});

/** Everything that decides what a tagger learns. */
export const taggerOptions = z.strictObject({
  vectors: taggerVectorsOptions.prefault({}),
  model: taggerModelOptions.prefault({}),
  train: taggerTrainOptions.prefault({}),
});

/** As written: all may be left out. */
export type TaggerOptions = z.input<typeof taggerOptions>;

/** With all defaults filled in. */
export type ResolvedTaggerOptions = z.output<typeof taggerOptions>;
