import { z } from 'zod';
import { type OptionProblem, wholeNumber } from '../core/options.js';
import { conllSchema } from '../formats/conll-options.js';
import { SCHEMES } from '../train/tagging/schemes.js';
import {
  taggerModelOptions,
  taggerTrainOptions,
  taggerVectorsOptions,
} from '../train/tensorflow/tagger/options.js';
import type { LoadOptions } from './definition-text.js';
import {
  type DefinitionKind,
  filePatterns,
  loadModelDefinition,
  resolveModelDefinition,
} from './model-definition.js';
import { reportKey } from './report/report-key.js';
import { editorSchema } from './schema.js';
import { problemsOfEffect } from './tagger-effects.js';

/** What `wordmill tag train` takes: a definition of a tagger. */
export const taggerDefinitionSchema = z.strictObject({
  name: z.string().min(1).optional().describe('A name for this job, shown in its reports'),
  data: z
    .strictObject({
      train: filePatterns().describe('CoNLL files to learn from: files, folders or glob patterns'),
      development: filePatterns()
        .optional()
        .describe('CoNLL files that say after each epoch how good it is: the best epoch is kept'),
      test: filePatterns().optional().describe('CoNLL files that the finished tagger is scored on'),
      ...conllSchema.shape,
      scheme: z
        .enum([...SCHEMES, 'BIO'])
        .optional()
        .describe(
          'The tagging scheme of the files (BIO is IOB2); by default the one that they are most likely in',
        ),
    })
    .describe('Labelled text'),
  vectors: taggerVectorsOptions
    .extend({
      file: z
        .string()
        .min(1)
        .optional()
        .describe('Word vectors to start from: GloVe text, word2vec text or binary; random ones by default'),
    })
    .prefault({})
    .describe('Word vectors that were trained before, and what becomes of them'),
  model: taggerModelOptions.prefault({}).describe('What the tagger is made of'),
  train: taggerTrainOptions
    .extend({
      threads: wholeNumber(1, 1_024)
        .optional()
        .describe("Threads of TensorFlow's native library; by default one for each processor"),
      checkpointMinutes: z
        .number()
        .min(0)
        .default(2)
        .describe('Minutes between checkpoints, at the ends of epochs, in the folder OUTPUT.checkpoint'),
    })
    .prefault({})
    .describe('How it is trained'),
  output: z.string().min(1).describe('The folder that the tagger is saved in'),
  report: reportKey('beside that folder, as OUTPUT.report.html'),
});

/** A definition as it is written: everything but `data.train` and `output` may be left out. */
export type TaggerDefinition = z.input<typeof taggerDefinitionSchema>;

/** A definition with its defaults filled in. */
export type ResolvedTaggerDefinition = z.output<typeof taggerDefinitionSchema>;

/** The JSON Schema of these definitions, for editors. */
export function taggerJsonSchema(): Record<string, unknown> {
  return editorSchema('wordmill tagger definition', taggerDefinitionSchema);
}

/** Reads a definition from a YAML or JSON file, with all its defaults filled in. @throws as `loadModelDefinition`. */
export function loadTaggerDefinition(
  path: string,
  options: Pick<LoadOptions, 'set'> = {},
): Promise<ResolvedTaggerDefinition> {
  return loadModelDefinition(KIND, path, options);
}

/** Fills in the defaults of a definition made by a program. @throws DefinitionError (usage). */
export function resolveTaggerDefinition(definition: TaggerDefinition): ResolvedTaggerDefinition {
  return resolveModelDefinition(KIND, definition);
}

const KIND: DefinitionKind<typeof taggerDefinitionSchema, ResolvedTaggerDefinition> = {
  schema: taggerDefinitionSchema,
  command: 'wordmill tag train',
  needs: 'data.train and an output',
  problemsOfSense,
  complete: (definition) => definition,
};

/** A definition that leaves all else to the defaults. */
const LEAST: TaggerDefinition = { data: { train: '-' }, output: '-' };

/** What no schema of one key can see. */
function problemsOfSense(definition: ResolvedTaggerDefinition): OptionProblem[] {
  const { vectors } = definition;
  const idle = problemsOfEffect(definition, taggerDefinitionSchema.parse(LEAST));
  if (!vectors.frozen || vectors.file !== undefined) return idle;
  return [
    ...idle,
    {
      path: ['vectors', 'frozen'],
      problem: 'there are no vectors that could be left as they are',
      hint: 'Give vectors.file, or leave frozen out.',
    },
  ];
}
