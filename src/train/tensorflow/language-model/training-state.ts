import { z } from 'zod';
import { wholeNumber } from '../../../core/options.js';

/** What one epoch of training came to. */
const epochSchema = z.strictObject({
  /** From 1. */
  epoch: wholeNumber(1),
  /** The mean loss of an event in training, in nats (of a sampled softmax where the model has one). */
  loss: z.number(),
  /** exp of it. */
  perplexity: z.number(),
  /** Of the held-out text after the epoch, by the full softmax. */
  heldOutPerplexity: z.number().optional(),
  /** What the epoch ended with. */
  learningRate: z.number(),
  /** Words and ends of sentences that were trained on. */
  events: wholeNumber(0),
  /** Without the evaluation, and without what an interrupted run had spent before. */
  seconds: z.number(),
});
export type LanguageModelEpoch = z.infer<typeof epochSchema>;

/** Where training stands, as a checkpoint keeps it beside the tensors. */
export const trainingStateSchema = z.strictObject({
  /** Epochs that are done. */
  epoch: wholeNumber(0),
  /** Batches of the next epoch that are done. */
  batch: wholeNumber(0),
  /** Batches that are done in all: what dropout and samples are drawn by. */
  step: wholeNumber(0),
  optimizerSteps: wholeNumber(0),
  /** What plateaus have multiplied the learning rate by. */
  rateFactor: z.number(),
  /** Of the epoch under way. */
  lossSum: z.number(),
  events: wholeNumber(0),
  seconds: z.number(),
  /** Epochs since the best one. */
  stale: wholeNumber(0),
  best: z.strictObject({ epoch: wholeNumber(1), perplexity: z.number() }).optional(),
  epochs: z.array(epochSchema),
});
export type TrainingState = z.infer<typeof trainingStateSchema>;

/** Where training starts. */
export function freshState(): TrainingState {
  return {
    ...{ epoch: 0, batch: 0, step: 0, optimizerSteps: 0, rateFactor: 1 },
    ...{ lossSum: 0, events: 0, seconds: 0, stale: 0, epochs: [] },
  };
}
