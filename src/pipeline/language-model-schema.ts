import { z } from 'zod';
import type { ErrorPlace } from '../core/errors.js';
import { type OptionProblem, optionProblems, positive, wholeNumber } from '../core/options.js';
import { sourceOptions } from '../sources/options.js';
import { tokenizeOptions, vocabularyOptions } from '../tokenize/options.js';
import {
  languageModelOptions,
  languageModelTrainOptions,
  resolveLanguageModelTrainOptions,
} from '../train/tensorflow/language-model/options.js';
import {
  byPlace,
  DefinitionError,
  type LoadOptions,
  type PlacedProblem,
  parseDefinitionText,
  readDefinition,
} from './definition-text.js';
import { editorSchema } from './schema.js';

const filePatterns = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** What `wordmill lm train` takes: a definition of a language model. */
export const languageModelDefinitionSchema = z.strictObject({
  name: z.string().min(1).optional().describe('A name for this job, shown in its reports'),
  source: sourceOptions.describe('Where the corpus comes from: files or stdin'),
  tokenize: tokenizeOptions.prefault({}).describe('How text becomes words'),
  vocabulary: vocabularyOptions
    .extend({
      minCount: vocabularyOptions.shape.minCount
        .unwrap()
        .default(1)
        .describe('Leave out words that occur less often'),
      maxSize: wholeNumber(1, 2 ** 31)
        .default(10_000)
        .describe('Keep at most this many words, the most frequent'),
      unk: z
        .enum(['drop', 'token'])
        .default('token')
        .describe('Unknown words: one word, <UNK>, in their place; or drop them from the text'),
    })
    .prefault({})
    .describe('Which words are learned'),
  validation: z
    .strictObject({
      files: filePatterns.optional().describe('Files, folders or glob patterns of text to validate on'),
      share: languageModelTrainOptions.shape.validationShare
        .unwrap()
        .optional()
        .describe('Hold out this share of the corpus, its end, instead'),
    })
    .prefault({})
    .describe('What is held out: its perplexity is measured after each epoch, and the best epoch is kept'),
  model: languageModelOptions.prefault({}).describe('What the model is made of'),
  train: languageModelTrainOptions
    .omit({ validationShare: true })
    .extend({
      threads: wholeNumber(1, 1_024)
        .optional()
        .describe("Threads of TensorFlow's native library; by default one for each processor"),
      checkpointMinutes: positive()
        .default(10)
        .describe('Minutes between checkpoints, which are written to the folder OUTPUT.checkpoint'),
    })
    .prefault({})
    .describe('How it is trained'),
  output: z.string().min(1).describe('The folder that the model is saved in'),
});

/** A definition as it is written: everything but source and output may be left out. */
export type LanguageModelDefinition = z.input<typeof languageModelDefinitionSchema>;

/** A definition with its defaults filled in. */
export type ResolvedLanguageModelDefinition = z.output<typeof languageModelDefinitionSchema>;

/** The JSON Schema of these definitions, for editors. */
export function languageModelJsonSchema(): Record<string, unknown> {
  return editorSchema('wordmill language model definition', languageModelDefinitionSchema);
}

/**
 * Reads a definition from a YAML or JSON file, with all its defaults filled in.
 *
 * @throws WordmillError `noInput` where the file cannot be read, and `DefinitionError` (usage) that lists every problem
 * with file, line, column, key and the nearest right name.
 */
export async function loadLanguageModelDefinition(
  path: string,
  options: LoadOptions = {},
): Promise<ResolvedLanguageModelDefinition> {
  const text = await readDefinition(path, 'wordmill lm train');
  return parseDefinitionText(text, path, options, checkLanguageModelDefinition);
}

/** Fills in the defaults of a definition made by a program. @throws DefinitionError (usage). */
export function resolveLanguageModelDefinition(
  definition: LanguageModelDefinition,
): ResolvedLanguageModelDefinition {
  return checkLanguageModelDefinition(definition, ({ path }) => ({ key: path.join('.') || 'definition' }));
}

function checkLanguageModelDefinition(
  data: unknown,
  placeOf: (problem: OptionProblem) => ErrorPlace,
  others: readonly PlacedProblem[] = [],
): ResolvedLanguageModelDefinition {
  const result = languageModelDefinitionSchema.safeParse(data);
  const found = result.success
    ? problemsOfSense(result.data)
    : optionProblems(languageModelDefinitionSchema, data, result.error);
  const problems = [...others, ...found.map((problem) => ({ ...problem, place: placeOf(problem) }))];
  if (problems.length > 0) throw new DefinitionError(problems.sort(byPlace));
  const { train, ...definition } = result.data!;
  const { threads, checkpointMinutes, ...options } = train;
  const { learningRate } = resolveLanguageModelTrainOptions(options);
  return { ...definition, train: { ...train, learningRate } };
}

/** What no schema of one key can see. */
function problemsOfSense({
  source,
  validation,
  model,
  train,
}: ResolvedLanguageModelDefinition): OptionProblem[] {
  const problems: OptionProblem[] = [];
  const add = (path: string, problem: string, hint?: string) =>
    problems.push({ path: path.split('.'), problem, ...(hint && { hint }) });
  if (source.files === undefined && !source.stdin) add('source', 'needs files, or stdin: true');
  if (source.files !== undefined && source.stdin)
    add('source.stdin', 'files and stdin exclude each other; keep one');
  if (validation.files !== undefined && validation.share !== undefined)
    add('validation.share', 'files and share exclude each other; keep one');
  if (model.bidirectional) {
    const reason = 'a language model predicts each word from those before it, and runs over a stream';
    add('model.bidirectional', `${reason}; a bidirectional network needs whole sequences`);
  }
  if (train.patience !== undefined && validation.files === undefined && !validation.share) {
    add(
      'train.patience',
      'needs held-out text, whose perplexity says when to stop',
      'Give validation.files or validation.share.',
    );
  }
  return problems;
}
