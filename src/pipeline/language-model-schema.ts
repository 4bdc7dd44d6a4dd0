import { z } from 'zod';
import { type OptionProblem, positive, wholeNumber } from '../core/options.js';
import { filterProblems } from '../filter/filter-problems.js';
import { filterOptions } from '../filter/options.js';
import { sourceOptions } from '../sources/options.js';
import { sourceProblems } from '../sources/source-problems.js';
import { tokenizeOptions, vocabularyOptions } from '../tokenize/options.js';
import {
  languageModelOptions,
  languageModelTrainOptions,
  resolveLanguageModelTrainOptions,
} from '../train/tensorflow/language-model/options.js';
import type { LoadOptions } from './definition-text.js';
import {
  type DefinitionKind,
  filePatterns,
  loadModelDefinition,
  resolveModelDefinition,
} from './model-definition.js';
import { reportKey } from './report/report-key.js';
import { editorSchema } from './schema.js';

/** What `wordmill lm train` takes: a definition of a language model. */
export const languageModelDefinitionSchema = z.strictObject({
  name: z.string().min(1).optional().describe('A name for this job, shown in its reports'),
  source: sourceOptions.describe('Where the corpus comes from: files or stdin'),
  filter: filterOptions
    .optional()
    .describe('Which of the text goes on; without it, all. Files to validate on are taken whole'),
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
      files: filePatterns().optional().describe('Files, folders or glob patterns of text to validate on'),
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
      decay: languageModelTrainOptions.shape.decay
        .unwrap()
        .optional()
        .describe(
          'How the learning rate falls: not; linearly to 0 at the end; or by decayFactor when the held-out perplexity of an epoch is no new best, the default where text is held out',
        ),
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
  report: reportKey('beside that folder, as OUTPUT.report.html'),
});

/** A definition as it is written: everything but source and output may be left out. */
export type LanguageModelDefinition = z.input<typeof languageModelDefinitionSchema>;

/** A definition with its defaults filled in. */
export type ResolvedLanguageModelDefinition = Checked & {
  readonly train: { readonly learningRate: number; readonly decay: 'none' | 'linear' | 'plateau' };
};

/** The JSON Schema of these definitions, for editors. */
export function languageModelJsonSchema(): Record<string, unknown> {
  return editorSchema('wordmill language model definition', languageModelDefinitionSchema);
}

/** Reads a definition from a YAML or JSON file, with all its defaults filled in. @throws as `loadModelDefinition`. */
export function loadLanguageModelDefinition(
  path: string,
  options: LoadOptions = {},
): Promise<ResolvedLanguageModelDefinition> {
  return loadModelDefinition(KIND, path, options);
}

/** Fills in the defaults of a definition made by a program. @throws DefinitionError (usage). */
export function resolveLanguageModelDefinition(
  definition: LanguageModelDefinition,
): ResolvedLanguageModelDefinition {
  return resolveModelDefinition(KIND, definition);
}

const KIND: DefinitionKind<typeof languageModelDefinitionSchema, ResolvedLanguageModelDefinition> = {
  schema: languageModelDefinitionSchema,
  command: 'wordmill lm train',
  needs: 'a source and an output',
  problemsOfSense: (definition) => [...problemsOfSense(definition), ...withoutEffect(definition)],
  complete: (definition) => {
    const { train } = definition;
    const { threads: _, checkpointMinutes: __, ...options } = train;
    const { learningRate } = resolveLanguageModelTrainOptions(options);
    return { ...definition, train: { ...train, learningRate, decay: decayOf(definition) } };
  },
};

type Checked = z.output<typeof languageModelDefinitionSchema>;

/** What no schema of one key can see. */
function problemsOfSense({ source, filter, validation, model, train }: Checked): OptionProblem[] {
  const problems: OptionProblem[] = [];
  const add = (path: string, problem: string, hint?: string) =>
    problems.push({ path: path.split('.'), problem, ...(hint && { hint }) });
  for (const { path, problem, hint } of sourceProblems(source))
    add(`source.${path.join('.')}`, problem, hint);
  for (const { path, problem, hint } of filterProblems(filter ?? {}))
    add(`filter.${path.join('.')}`, problem, hint);
  if (source.files === undefined && !source.stdin) add('source', 'needs files, or stdin: true');
  if (source.files !== undefined && source.stdin)
    add('source.stdin', 'files and stdin exclude each other; keep one');
  if (validation.files !== undefined && validation.share !== undefined)
    add('validation.share', 'files and share exclude each other; keep one');
  if (model.bidirectional) {
    const reason = 'a language model predicts each word from those before it, and runs over a stream';
    add('model.bidirectional', `${reason}; a bidirectional network needs whole sequences`);
  }
  const hint = 'Give validation.files or validation.share.';
  if (train.patience !== undefined && !isHeldOut(validation))
    add('train.patience', 'needs held-out text, whose perplexity says when to stop', hint);
  if (train.decay === 'plateau' && !isHeldOut(validation))
    add('train.decay', 'needs held-out text, whose perplexity tells a plateau', hint);
  return problems;
}

/** Options that change nothing beside the others, where they are not what they are by default. */
function withoutEffect(definition: Checked): OptionProblem[] {
  const { model, train } = definition;
  const { samples, outputPeephole } = languageModelOptions.shape;
  const { decayFactor } = languageModelTrainOptions.shape;
  const problems: OptionProblem[] = [];
  const add = (path: string, condition: string, hint: string) =>
    problems.push({ path: path.split('.'), problem: `has no effect ${condition}`, hint });
  if (model.softmax !== 'sampled' && model.samples !== samples.def.defaultValue)
    add('model.samples', 'without a sampled softmax', 'Give softmax: sampled, or leave it out.');
  if (model.cell !== 'lstm-peephole' && model.outputPeephole !== outputPeephole.def.defaultValue)
    add('model.outputPeephole', `on the cell ${model.cell}`, 'Give cell: lstm-peephole, or leave it out.');
  if (decayOf(definition) !== 'plateau' && train.decayFactor !== decayFactor.def.defaultValue)
    add('train.decayFactor', 'without decay: plateau on held-out text', 'Leave it out, or hold text out.');
  return problems;
}

function isHeldOut({ files, share }: Checked['validation']): boolean {
  return files !== undefined || (share ?? 0) > 0;
}

/** Without held-out text there is no plateau to be seen. */
function decayOf({ train, validation }: Checked): ResolvedLanguageModelDefinition['train']['decay'] {
  return train.decay ?? (isHeldOut(validation) ? 'plateau' : 'none');
}
