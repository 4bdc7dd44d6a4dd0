import type { z } from 'zod';
import type { IdBlock } from '../../../core/blocks.js';
import { WordmillError } from '../../../core/errors.js';
import { Report } from '../../../core/report.js';
import type { Vocabulary } from '../../../core/vocabulary.js';
import type { Device } from '../backend/device.js';
import { openDevice } from '../backend/open-device.js';
import { checkModelFolderTarget } from '../model-folder.js';
import { Checkpoint, type CheckpointOptions } from './checkpoint.js';
import { LanguageModel } from './language-model.js';
import { LanguageModelNetwork } from './network.js';
import {
  type LanguageModelTrainOptions,
  type languageModelOptions,
  type languageModelTrainOptions,
  resolveLanguageModelOptions,
  resolveLanguageModelTrainOptions,
} from './options.js';
import { checkCheckpoint } from './saved-checkpoint.js';
import { holdOut, type IdStream, readStream, SENTENCE_END_ID, SHARE_KEY, withSentenceEnd } from './stream.js';
import { LanguageModelTrainer, type TrainingText } from './trainer.js';
import type { LanguageModelEpoch } from './training-state.js';

/** A text to learn from: its vocabulary, and its words by id, from the beginning at each call. A `Corpus` is one. */
export interface LanguageModelCorpus {
  readonly vocabulary: Vocabulary;
  blocks(): AsyncIterable<IdBlock>;
}

/** What is trained, and how. */
export interface TrainLanguageModelOptions {
  readonly model?: z.input<typeof languageModelOptions>;
  readonly train?: z.input<typeof languageModelTrainOptions>;
  /** The text to validate on, in ids of the corpus's vocabulary. */
  readonly heldOut?: AsyncIterable<IdBlock>;
  /** What messages call `train.validationShare`, where a definition has it elsewhere. */
  readonly shareKey?: string;
  readonly checkpoint?: CheckpointOptions;
  /** Saved with the model, such as how its text was split. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What a run lends to training. */
export interface TrainLanguageModelContext {
  /** Where to compute; by default the fastest there is. */
  readonly device?: Device;
  readonly requireNative?: boolean;
  readonly signal?: AbortSignal;
  readonly report?: Report;
  readonly onEpoch?: (epoch: LanguageModelEpoch) => void;
}

/** What training gave. */
export interface TrainedLanguageModel {
  readonly model: LanguageModel;
  readonly epochs: readonly LanguageModelEpoch[];
  /** The epoch whose weights the model has, from 1. */
  readonly bestEpoch: number;
}

/**
 * Trains a language model on running text: all sentences one after the other, `</s>` after each, cut into parallel
 * streams whose state goes on from batch to batch (truncated back-propagation through time). The model has the weights
 * of the epoch with the lowest held-out perplexity, or of the last where nothing is held out.
 *
 * @throws WordmillError `usage` for wrong options, and for a checkpoint of others or of another text; `noInput` where there
 * is no checkpoint to resume from; `data` for an empty corpus, training that diverged, or a damaged checkpoint; `unavailable` as `openDevice` says; `aborted` when the signal fires, or
 * `tryAgain` where a checkpoint was written then.
 */
export async function trainLanguageModel(
  corpus: LanguageModelCorpus,
  options: TrainLanguageModelOptions = {},
  context: TrainLanguageModelContext = {},
): Promise<TrainedLanguageModel> {
  const { signal = new AbortController().signal, report = new Report(), onEpoch } = context;
  const model = resolveLanguageModelOptions(options.model);
  const train = resolveLanguageModelTrainOptions(options.train);
  if (options.checkpoint) await checkModelFolderTarget(options.checkpoint.path, 'language-model');
  if (options.checkpoint?.resume) await checkCheckpoint(options.checkpoint.path);
  const device = context.device ?? (await openDevice({ ...context, report }));
  const { text, vocabulary } = await readTexts(corpus, options, train, signal);
  const network = new LanguageModelNetwork(device, model, { counts: vocabulary.counts, seed: train.seed });
  const trainer = new LanguageModelTrainer(device, network, text, train);
  try {
    const details = { ...options.details, train };
    const trained = new LanguageModel({ device, network, vocabulary, options: model, details });
    const checkpoint =
      options.checkpoint && new Checkpoint(options.checkpoint, trained, trainer, { train, text });
    if (options.checkpoint?.resume) await checkpoint!.restore();
    await runSaving(trainer, checkpoint, { signal, report, onEpoch });
    const { epochs, best } = trainer.state;
    return { model: trained, epochs, bestEpoch: best?.epoch ?? epochs.length };
  } catch (error) {
    network.dispose();
    throw error;
  } finally {
    trainer.dispose();
  }
}

/** Trains; when the signal fires, leaves a checkpoint behind where one is wanted. */
async function runSaving(
  trainer: LanguageModelTrainer,
  checkpoint: Checkpoint | undefined,
  context: {
    readonly signal: AbortSignal;
    readonly report: Report;
    readonly onEpoch: ((epoch: LanguageModelEpoch) => void) | undefined;
  },
): Promise<void> {
  try {
    await trainer.train({ ...context, afterBatch: checkpoint && (() => checkpoint.saveNowAndThen()) });
  } catch (error) {
    if (!checkpoint || !(error instanceof WordmillError) || error.kind !== 'aborted') throw error;
    await checkpoint.save();
    throw checkpoint.interrupted();
  }
}

async function readTexts(
  corpus: LanguageModelCorpus,
  { heldOut, shareKey = SHARE_KEY }: TrainLanguageModelOptions,
  train: LanguageModelTrainOptions,
  signal: AbortSignal,
): Promise<{ readonly text: TrainingText; readonly vocabulary: Vocabulary }> {
  // The number of sentences is known only once they are read, and the ids do not depend on it.
  const { idOf, vocabulary: uncounted } = withSentenceEnd(corpus.vocabulary, 0);
  const read = (blocks: AsyncIterable<IdBlock>) => readStream(blocks, uncounted.size, { idOf, signal });
  const stream = await read(corpus.blocks());
  if (stream.length === 0) throw empty('there are no words to train on', 'the corpus');
  const { vocabulary } = withSentenceEnd(corpus.vocabulary, countOf(stream, SENTENCE_END_ID));
  let text: TrainingText = { training: stream };
  if (heldOut) {
    text = { training: stream, heldOut: await read(heldOut) };
    if (text.heldOut!.length === 0) throw empty('there are no words to validate on', 'the held-out text');
  } else if (train.validationShare > 0) {
    text = holdOut(stream, train.validationShare, shareKey);
  }
  if (train.patience !== undefined && !text.heldOut) {
    throw new WordmillError('usage', 'needs held-out text, whose perplexity says when to stop', {
      place: { key: 'train.patience' },
      hint: `Give a text to validate on, or ${shareKey}.`,
    });
  }
  return { text, vocabulary };
}

function countOf(stream: IdStream, wanted: number): number {
  let count = 0;
  for (const id of stream) if (id === wanted) count++;
  return count;
}

function empty(problem: string, what: string): WordmillError {
  return new WordmillError('data', problem, {
    hint: `Check that ${what} is not empty, and that its words are in the vocabulary.`,
  });
}
