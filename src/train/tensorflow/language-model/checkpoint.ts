import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { WordmillError } from '../../../core/errors.js';
import type { Tensor } from '../../../formats/safetensors.js';
import { vocabularyLines } from '../../../formats/vocabulary.js';
import { loadModelFolder, type ModelFolder, saveModelFolder } from '../model-folder.js';
import { momentsIn, restoreParameters, tensorIn, tensorsOf, VOCABULARY_FILE } from '../model-parts.js';
import { CarriedState } from '../recurrent/network.js';
import type { LanguageModel } from './language-model.js';
import type { LanguageModelTrainOptions } from './options.js';
import { type CheckpointDefinition, savedCheckpoint } from './saved-checkpoint.js';
import type { IdStream } from './stream.js';
import type { LanguageModelTrainer, TrainingText } from './trainer.js';
import type { TrainingState } from './training-state.js';

/** Where and when training is saved, so that it can go on. */
export interface CheckpointOptions {
  readonly path: string;
  /** Goes on from the checkpoint that is there. */
  readonly resume?: boolean;
  /** How many seconds lie between two checkpoints; by default one is written only when the signal fires. */
  readonly seconds?: number;
}

/** Options that a resumed run may change: they only say when to stop (but a linear decay ends with the epochs). */
const mayChange = ({ decay }: Readonly<Record<string, unknown>>) =>
  decay === 'linear' ? ['patience'] : ['epochs', 'patience'];

/**
 * Training as it stands between two batches, saved as a model folder: the weights now and at their best, the
 * optimizer's moments, the state that is carried on, and the place in the text. Going on from it gives the numbers that
 * the training would have given without a break.
 */
export class Checkpoint {
  readonly #options: CheckpointOptions;
  readonly #model: LanguageModel;
  readonly #trainer: LanguageModelTrainer;
  readonly #definition: CheckpointDefinition;
  #savedAt = performance.now();

  constructor(
    options: CheckpointOptions,
    model: LanguageModel,
    trainer: LanguageModelTrainer,
    { train, text }: { readonly train: LanguageModelTrainOptions; readonly text: TrainingText },
  ) {
    this.#options = options;
    this.#model = model;
    this.#trainer = trainer;
    this.#definition = {
      model: plain(model.options),
      train: plain(train),
      text: {
        vocabulary: sha256(model.vocabulary.words.join('\n')),
        training: fingerprint(text.training),
        ...(text.heldOut && { heldOut: fingerprint(text.heldOut) }),
      },
    };
  }

  /** Saves a checkpoint if the last one is old enough. */
  async saveNowAndThen(): Promise<void> {
    const { seconds } = this.#options;
    if (seconds !== undefined && performance.now() - this.#savedAt >= seconds * 1000) await this.save();
  }

  /** Saves a checkpoint in the place of the last one. @throws WordmillError as `saveModelFolder` says. */
  async save(): Promise<void> {
    const { network, best, carried, optimizer, state } = this.#trainer;
    const { steps, tensors: moments } = optimizer.state();
    const tensors = new Map<string, Tensor>(tensorsOf(network.parameters));
    for (const [name, tensor] of moments) tensors.set(`optimizer/${name}`, tensor);
    for (const [index, { name, shape }] of network.parameters.entries()) {
      if (best) tensors.set(`best/${name}`, { shape, data: best[index]! });
    }
    for (const [l, directions] of (carried?.tensors ?? []).entries()) {
      for (const [part, tensor] of directions[0]!.entries()) {
        const data = Float32Array.from(this.#model.device.read(tensor));
        tensors.set(`state/${l}/${part}`, { shape: tensor.shape, data });
      }
    }
    const { vocabulary, options: model, details } = this.#model;
    const training: TrainingState = { ...state, optimizerSteps: steps };
    await saveModelFolder(this.#options.path, {
      kind: 'language-model',
      options: {
        ...{ model, unknown: vocabulary.unknown, ...details },
        checkpoint: { definition: this.#definition, training },
      },
      texts: new Map([[VOCABULARY_FILE, vocabularyLines(vocabulary)]]),
      tensors,
    });
    this.#savedAt = performance.now();
  }

  /**
   * Takes up training where the checkpoint left it.
   *
   * @throws WordmillError `usage` where the options or the text are others, naming the difference, and where more epochs
   * were begun than are wanted; `noInput` and `data`
   * as `loadModelFolder` says; `data` as `savedCheckpoint` says.
   */
  async restore(): Promise<void> {
    const { path } = this.#options;
    const folder = await loadModelFolder(path, 'language-model');
    const { definition, training } = savedCheckpoint(folder);
    this.#compare(definition);
    this.#checkEpochs(training);
    const { network, optimizer } = this.#trainer;
    restoreParameters(folder, network.parameters);
    optimizer.restore(momentsIn(folder, 'optimizer', training.optimizerSteps), network.parameters);
    if (training.best) {
      this.#trainer.best = network.parameters.map(({ name, shape }) =>
        tensorIn(folder, `best/${name}`, shape),
      );
    }
    this.#trainer.carried = this.#carriedIn(folder, training);
    this.#trainer.state = training;
  }

  /** The error that an interrupted run ends with, once its checkpoint is saved. */
  interrupted(): WordmillError {
    const { epoch, batch } = this.#trainer.state;
    return new WordmillError(
      'tryAgain',
      `interrupted after ${batch} batches of epoch ${epoch + 1}; a checkpoint was written to ${this.#options.path}`,
      { hint: 'The same command with --resume goes on from there.' },
    );
  }

  #compare(saved: CheckpointDefinition): void {
    const refuse = (problem: string, key?: string) => {
      throw new WordmillError('usage', problem, {
        place: { file: this.#options.path, ...(key && { key }) },
        hint: 'Resume with the definition that it was begun with, or leave --resume out to begin again.',
      });
    };
    for (const section of ['model', 'train'] as const) {
      const [then, now] = [saved[section], this.#definition[section]];
      for (const key of new Set([...Object.keys(then), ...Object.keys(now)])) {
        if (mayChange(now).includes(key) || isDeepStrictEqual(then[key], now[key])) continue;
        const shown = (value: unknown) => (value === undefined ? 'unset' : JSON.stringify(value));
        refuse(
          `this checkpoint was made with ${shown(then[key])}, not ${shown(now[key])}`,
          `${section}.${key}`,
        );
      }
    }
    if (saved.text.vocabulary !== this.#definition.text.vocabulary)
      refuse('this checkpoint was made with another vocabulary');
    if (saved.text.training !== this.#definition.text.training)
      refuse('this checkpoint was made on another text');
    if (saved.text.heldOut !== this.#definition.text.heldOut)
      refuse('this checkpoint was made with another held-out text');
  }

  /** An epoch that was begun is ended: weights from the midst of it are those of no number of epochs. */
  #checkEpochs({ epoch, batch }: TrainingState): void {
    const begun = batch > 0 ? epoch + 1 : epoch;
    const wanted = this.#definition.train.epochs as number;
    if (wanted >= begun) return;
    throw new WordmillError(
      'usage',
      `epoch ${begun} was begun already, and more than ${wanted} cannot be undone`,
      {
        place: { file: this.#options.path, key: 'train.epochs' },
        hint: `Resume with at least ${begun}, or leave --resume out to begin again.`,
      },
    );
  }

  /** Between two batches of an epoch there is a state; where an epoch begins, there is none. */
  #carriedIn(folder: ModelFolder, { batch }: TrainingState): CarriedState | undefined {
    if (batch === 0) return undefined;
    const { device } = this.#model;
    const { network, streams } = this.#trainer;
    const layers = network
      .carriedShapes(streams)
      .map((parts, l) =>
        parts.map((shape, part) => ({ shape, data: tensorIn(folder, `state/${l}/${part}`, shape) })),
      );
    const keep = ({ shape, data }: (typeof layers)[number][number]) =>
      device.keep(device.tensor(data, shape));
    return new CarriedState(
      device,
      layers.map((parts) => [parts.map(keep)]),
    );
  }
}

/** Names a stream by its content. */
function fingerprint(stream: IdStream): string {
  const bytes = new Uint8Array(stream.buffer, stream.byteOffset, stream.byteLength);
  return `${stream.length} ids, ${sha256(bytes)}`;
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** As JSON keeps it. */
function plain(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value));
}
