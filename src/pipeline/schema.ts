import { z } from 'zod';
import type { FlagMeta } from '../core/options.js';
import { filterOptions } from '../filter/options.js';
import { samplingOptions } from '../sampling/options.js';
import { sinkOptions, sinkSettings } from '../sinks/options.js';
import { sourceOptions } from '../sources/options.js';
import { tokenizeOptions, vocabularyOptions } from '../tokenize/options.js';
import { phraseOptions } from '../tokenize/phrases/options.js';
import { checkpointOptions } from '../train/checkpoint/options.js';
import { trainOptions } from '../train/options.js';
import { evaluateOptions } from '../vectors/evaluate/options.js';
import { distributedOptions } from './distributed-options.js';
import { reportKey } from './report/report-key.js';
import { scheduleOptions } from './schedule/options.js';

/** Where the corpus comes from: text (files or standard input), or pairs of words that something else drew. */
export const definitionSource = sourceOptions.extend({
  pairs: z
    .string()
    .min(1)
    .optional()
    .describe('Train on pairs from this file, or - for standard input: context, target, perhaps a weight'),
  cooccurrence: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Train glove on this file of co-occurrences, as wordmill cooccur or GloVe's own tools write it",
    ),
  pairsFormat: z
    .enum(['text', 'csv'])
    .optional()
    .describe(
      'How pairs are written; by default csv for a name that ends in .csv, else text (tabs or spaces)',
    ),
});

/**
 * A pipeline definition: one section for each stage, made of the stages' own schemas. Paths in it are relative to
 * the working directory, so that the same definition reads and writes where the command is run.
 */
export const definitionSchema = z.strictObject({
  name: z.string().min(1).optional().describe('A name for this job, shown in its reports'),
  source: definitionSource.describe('Where the corpus comes from: one of files, stdin and pairs'),
  filter: filterOptions.optional().describe('Which of the text goes on; without it, all'),
  tokenize: tokenizeOptions.prefault({}).describe('How text becomes words'),
  vocabulary: vocabularyOptions.prefault({}).describe('Which words are learned'),
  phrases: phraseOptions.optional().describe('Which words are joined to phrases; without it, none'),
  sampling: samplingOptions.prefault({}).describe('What is drawn from the text to train on'),
  train: trainOptions.prefault({}).describe('How vectors are learned'),
  evaluate: evaluateOptions.optional().describe('Test sets that the vectors are scored on; without it, none'),
  checkpoint: checkpointOptions
    .prefault({})
    .describe('When training writes down where it is, to go on from after an interruption'),
  sinks: z.array(sinkOptions).default([]).describe('What is written: each entry names one output'),
  distributed: distributedOptions
    .optional()
    .describe('How the run is shared out where several machines do it (--executor bullmq, wordmill shard)'),
  report: reportKey('beside the first output that is a file, as OUTPUT.report.html'),
  ...scheduleOptions.shape,
  ...sinkSettings.shape,
});

/** A definition as it is written: everything but the source may be left out. */
export type Definition = z.input<typeof definitionSchema>;

/** A definition with its defaults filled in (but `engine` and `threads`, which depend on the machine). */
export type ResolvedDefinition = z.output<typeof definitionSchema>;

/** JSON Schema as zod makes it of ours, with what we say of flags. */
export type OptionSchema = z.core.JSONSchema.BaseSchema & FlagMeta;

/** Any of our schemas as JSON Schema, for generating flags, messages and pages. */
export function optionSchema(schema: z.ZodType): OptionSchema {
  return z.toJSONSchema(schema, { io: 'input' }) as OptionSchema;
}

/** The JSON Schema of definitions (draft 2020-12), for editors. */
export function definitionJsonSchema(): Record<string, unknown> {
  return editorSchema('wordmill pipeline definition', definitionSchema);
}

/** The JSON Schema of a kind of definition, without what we say of flags. */
export function editorSchema(title: string, kind: z.ZodType): Record<string, unknown> {
  const schema = z.toJSONSchema(kind, {
    io: 'input',
    override: ({ jsonSchema }) => {
      Reflect.deleteProperty(jsonSchema, 'flag');
      Reflect.deleteProperty(jsonSchema, 'hidden');
      Reflect.deleteProperty(jsonSchema, 'allowed');
    },
  });
  return { title, ...schema };
}
