import { z } from 'zod';

const path = z.string().min(1);

/** What is written: each entry names one output. */
export const sinkOptions = z.union([
  z.strictObject({ glove: path.describe('GloVe text: a word and its vector on each line, no header') }),
  z.strictObject({ word2vec: path.describe('word2vec binary') }),
  z.strictObject({ word2vecText: path.describe('word2vec text, with a header line') }),
  z.strictObject({
    fasttext: path.describe(
      "fastText's binary (.bin), which has a vector for any string if there are n-grams",
    ),
  }),
  z.strictObject({
    safetensors: path.describe(
      "wordmill's own format, a safetensors file with words and counts: opens by memory map",
    ),
  }),
  z.strictObject({
    npy: path.describe('A matrix of numpy (.npy), and its words beside it as NAME.words.txt'),
  }),
  z.strictObject({
    projector: path.describe("A folder of files for TensorBoard's projector"),
  }),
  z.strictObject({
    outputWeights: path.describe('The output weights, as word2vec binary: to go on from, with the vectors'),
  }),
  z.strictObject({
    vocabulary: path
      .describe('The vocabulary: a word and its count on each line')
      .meta({ flag: 'save-vocabulary' }),
  }),
]);

/** One output. */
export type SinkOptions = z.infer<typeof sinkOptions>;

/** What becomes of a word that a format cannot carry (one with a space or a line break in it). */
export const sinkSettings = z.strictObject({
  escapeWords: z
    .boolean()
    .default(false)
    .describe('Write words that a format cannot carry with their spaces as U+2581, rather than refuse them'),
});

/** What all outputs share. */
export type SinkSettings = z.infer<typeof sinkSettings>;
