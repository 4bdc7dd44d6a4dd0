import type { Corpus } from '../core/corpus.js';
import { type RunOptions, type RunResult, run } from '../core/run.js';
import { compose, nothing, type Stage, type StageContext } from '../core/stage.js';
import { listFiles } from '../sources/list-files.js';
import { encode } from '../tokenize/encode.js';
import { openDevice } from '../train/tensorflow/backend/open-device.js';
import { checkCheckpoint } from '../train/tensorflow/language-model/saved-checkpoint.js';
import { type TrainedLanguageModel, trainLanguageModel } from '../train/tensorflow/language-model/train.js';
import { checkModelFolderTarget } from '../train/tensorflow/model-folder.js';
import { removeCheckpoint } from '../train/tensorflow/remove-checkpoint.js';
import { tokensOf } from './inputs.js';
import {
  type LanguageModelDefinition,
  type ResolvedLanguageModelDefinition,
  resolveLanguageModelDefinition,
} from './language-model-schema.js';
import { checkpointPath } from './model-definition.js';
import { languageModelContent } from './report/model-reports.js';
import { modelReportPath } from './report/report-path.js';
import { reportStage } from './report/run-report.js';
import { corpusOf } from './spooled-corpus.js';

/** How `runLanguageModelDefinition` runs, besides the definition. */
export interface LanguageModelRunOptions extends RunOptions {
  /** Goes on from the checkpoint that an interrupted run left. */
  readonly resume?: boolean;
  /** Fails where TensorFlow's native library is not there. */
  readonly requireNative?: boolean;
}

/**
 * Reads the corpus of a definition, trains a language model on it, saves it, and writes a page about the run.
 *
 * @throws WordmillError of any kind; what was at the output's path is then untouched. When the signal fires during
 * training a checkpoint is written and the error's kind is `tryAgain`.
 */
export async function runLanguageModelDefinition(
  definition: LanguageModelDefinition,
  { resume, requireNative, ...options }: LanguageModelRunOptions = {},
): Promise<RunResult<TrainedLanguageModel>> {
  const resolved = resolveLanguageModelDefinition(definition);
  const train = trainedModelOf(resolved, { resume: resume ?? false, requireNative: requireNative ?? false });
  const trained = compose(corpusOf(resolved), train);
  const report = modelReportPath(resolved);
  if (report === undefined) return run(trained, options);
  const page = reportStage<TrainedLanguageModel>({ output: report }, (made, recorder) =>
    languageModelContent(resolved, made, recorder),
  );
  return run(compose(trained, page), options);
}

/** Trains on a corpus and saves the model. All else that it needs is looked at before the corpus is read. */
function trainedModelOf(
  definition: ResolvedLanguageModelDefinition,
  { resume, requireNative }: { readonly resume: boolean; readonly requireNative: boolean },
): Stage<Corpus, TrainedLanguageModel> {
  const { tokenize, source, validation, model, output } = definition;
  const { threads, checkpointMinutes, ...options } = definition.train;
  return async function* trainingLanguageModel(input, context) {
    const checkpoint = { path: checkpointPath(output), seconds: 60 * checkpointMinutes, resume };
    await checkModelFolderTarget(output, 'language-model');
    await checkModelFolderTarget(checkpoint.path, 'language-model');
    if (resume) await checkCheckpoint(checkpoint.path);
    if (validation.files !== undefined) await listFiles(validation.files, { http: source.http });
    const device = await openDevice({ requireNative, threads, report: context.report });
    for await (const corpus of input) {
      const trained = await trainLanguageModel(
        corpus,
        {
          model,
          train: { ...options, validationShare: validation.share ?? 0 },
          ...heldOutOf(definition, corpus, context),
          shareKey: 'validation.share',
          checkpoint,
          details: { tokenize, unit: source.unit },
        },
        { device, signal: context.signal, report: context.report },
      );
      await trained.model.save(output);
      await removeCheckpoint(checkpoint.path, 'language-model', context.report);
      yield trained;
    }
  };
}

/** The text to validate on, where the definition gives files of it. */
function heldOutOf(
  { validation, source, tokenize }: ResolvedLanguageModelDefinition,
  { vocabulary }: Corpus,
  context: StageContext,
) {
  if (validation.files === undefined) return {};
  const { stdin: _, ...settings } = source;
  const tokens = tokensOf({ source: { ...settings, files: validation.files }, tokenize });
  return { heldOut: compose(tokens, encode(vocabulary))(nothing(), context) };
}
