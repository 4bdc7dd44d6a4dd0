import { z } from 'zod';
import { wholeNumber } from '../core/options.js';
import { blobSchema } from '../storage/blob.js';
import { reportSchema } from '../tokenize/spool-files.js';

/**
 * What the steps of a distributed run tell each other. Each step writes one record when it is done, once: who does a step
 * that has its record has nothing to do. Records hold names of blobs and numbers, never text or vectors.
 */

/** A part of a file: bytes from `start` to before `end`; of a file that cannot be split, all. */
export const partSchema = z.strictObject({
  path: z.string(),
  start: wholeNumber(0),
  end: wholeNumber(0),
  /** Whether it is the whole file, whatever it is (compressed, an archive, records). */
  whole: z.boolean(),
});

/** What a run is: who does a step needs nothing else. */
export const planSchema = z.strictObject({
  format: z.literal('wordmill distributed run'),
  version: z.literal(1),
  /** The resolved definition. */
  definition: z.unknown(),
  /** For each shard its parts, in order. */
  shards: z.array(z.array(partSchema).min(1)).min(1),
  /** Rounds of averaging in each epoch. */
  roundsPerEpoch: wholeNumber(1),
  /** What was known of the inputs: by path, size and time. */
  inputs: z.record(z.string(), z.unknown()),
});

/** Of a shard that has been read: its counts and its tokens. */
export const ingestSchema = z.strictObject({
  shard: wholeNumber(0),
  sentences: wholeNumber(0),
  tokens: wholeNumber(0),
  /** A run of words (src/tokenize/word-run.ts), each word of the shard once. */
  counts: blobSchema,
  types: wholeNumber(0),
  /** The files of its stored spool, by name. */
  spool: z.record(z.string(), blobSchema),
  /** What its stages counted and dropped, as a report has it. */
  stages: reportSchema.shape.stages,
  seconds: z.number().min(0),
});

/** Of all shards' counts: the vocabulary of the run. */
export const vocabularySchema = z.strictObject({
  /** A vocabulary file (src/formats/vocabulary.ts). */
  vocabulary: blobSchema,
  words: wholeNumber(0),
  /** Tokens of the whole text, and of those the ones that have an id. */
  tokens: wholeNumber(0),
  known: wholeNumber(0),
  types: wholeNumber(0),
  belowMinCount: wholeNumber(0),
  pastMaxSize: wholeNumber(0),
  literals: wholeNumber(0),
  seconds: z.number().min(0),
});

/** Of a shard whose tokens have final ids: a spool with a map that gives each id itself. */
export const encodeSchema = z.strictObject({
  shard: wholeNumber(0),
  tokens: blobSchema,
  chunks: blobSchema,
  chunkCount: wholeNumber(0),
  sentences: wholeNumber(0),
  /** Tokens that have an id. */
  words: wholeNumber(0),
  seconds: z.number().min(0),
});

/** Of a shard that has been trained for a round: what it changed. */
export const trainSchema = z.strictObject({
  round: wholeNumber(0),
  shard: wholeNumber(0),
  /** Rows that changed (src/distributed/row-changes.ts). */
  changes: blobSchema,
  rows: wholeNumber(0),
  /** Words trained on, before subsampling: its weight in the average. */
  words: wholeNumber(0),
  /** Sum of the losses, in nats, and of how many predictions. */
  loss: z.number(),
  predictions: wholeNumber(0),
  seconds: z.number().min(0),
  /** Bytes that came and went for it. */
  received: wholeNumber(0),
  sent: wholeNumber(0),
});

/** Of a round whose shards have been averaged. */
export const averageSchema = z.strictObject({
  round: wholeNumber(0),
  /** What went into it: each shard once. */
  contributions: z.array(
    z.strictObject({ shard: wholeNumber(0), words: wholeNumber(0), changes: blobSchema }),
  ),
  /** The rows of the model that are others than before the round. */
  changes: blobSchema,
  rows: wholeNumber(0),
  /** The whole model, where it was written: every few rounds, and after the last. */
  model: blobSchema.optional(),
  words: wholeNumber(0),
  loss: z.number(),
  predictions: wholeNumber(0),
  seconds: z.number().min(0),
});

/** GloVe: of a shard, or of all, the cells of their co-occurrences (src/formats/cooccurrence.ts), in order. */
export const cellsSchema = z.strictObject({
  /** Absent for those of all shards. */
  shard: wholeNumber(0).optional(),
  cells: blobSchema,
  count: wholeNumber(0),
  seconds: z.number().min(0),
});

/** What the whole run gave: its vectors, to be evaluated and written by the process that follows it. */
export const resultSchema = z.strictObject({
  /** A safetensors file with `input` and `output`, and for GloVe the biases. */
  model: blobSchema,
  words: wholeNumber(0),
  lossByEpoch: z.array(z.number()),
  seconds: z.number().min(0),
});

export type Part = Readonly<z.output<typeof partSchema>>;
export type RunPlan = Readonly<z.output<typeof planSchema>>;
export type IngestRecord = Readonly<z.output<typeof ingestSchema>>;
export type VocabularyRecord = Readonly<z.output<typeof vocabularySchema>>;
export type EncodeRecord = Readonly<z.output<typeof encodeSchema>>;
export type TrainRecord = Readonly<z.output<typeof trainSchema>>;
export type AverageRecord = Readonly<z.output<typeof averageSchema>>;
export type CellsRecord = Readonly<z.output<typeof cellsSchema>>;
export type ResultRecord = Readonly<z.output<typeof resultSchema>>;
