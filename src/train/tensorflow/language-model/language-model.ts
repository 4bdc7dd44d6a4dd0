import { z } from 'zod';
import type { IdBlock } from '../../../core/blocks.js';
import { WordmillError } from '../../../core/errors.js';
import type { Vocabulary } from '../../../core/vocabulary.js';
import { vocabularyLines } from '../../../formats/vocabulary.js';
import { Tape } from '../autodiff/tape.js';
import type { Device } from '../backend/device.js';
import type { LoadOptions } from '../backend/load.js';
import { openDevice } from '../backend/open-device.js';
import { loadModelFolder, type ModelFolder, saveModelFolder } from '../model-folder.js';
import { optionsIn, restoreParameters, tensorsOf, VOCABULARY_FILE, vocabularyOf } from '../model-parts.js';
import { type EvaluateOptions, type Evaluation, evaluateStream } from './evaluate.js';
import { LanguageModelNetwork } from './network.js';
import { type LanguageModelOptions, languageModelOptions } from './options.js';
import { type SampleOptions, sampleWords } from './sample.js';
import { readStream, SENTENCE_END_ID } from './stream.js';

/** What a model is opened with. */
export interface OpenOptions extends LoadOptions {
  /** Where to compute; by default the fastest there is. */
  readonly device?: Device;
}

/** The perplexity of a text. */
export interface TextEvaluation extends Evaluation {
  /** Of the events, the ends of sentences. */
  readonly sentences: number;
  /** Of the events, words that are `<UNK>` to the model. */
  readonly unknown: number;
}

/** What of a language model stands in `config.json`, beside how it was trained. */
const savedSchema = z.object({
  model: languageModelOptions.extend({ bidirectional: z.literal(false).default(false) }),
  unknown: z.enum(['drop', 'token']),
});

/** A trained language model: how likely words are after others. */
export class LanguageModel {
  /** Its words, `</s>` first; and `<UNK>` last, if it has it. */
  readonly vocabulary: Vocabulary;
  readonly options: LanguageModelOptions;
  readonly network: LanguageModelNetwork;
  readonly device: Device;
  /** What a saved model says besides: how it was trained, how its text was split. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(parts: {
    readonly device: Device;
    readonly network: LanguageModelNetwork;
    readonly vocabulary: Vocabulary;
    readonly options: LanguageModelOptions;
    readonly details?: Readonly<Record<string, unknown>>;
  }) {
    this.device = parts.device;
    this.network = parts.network;
    this.vocabulary = parts.vocabulary;
    this.options = parts.options;
    this.details = parts.details ?? {};
  }

  /**
   * Reads a saved model.
   *
   * @throws WordmillError as `loadModelFolder`, `optionsIn`, `vocabularyOf` and `restoreParameters` say; `unavailable` as `openDevice`.
   */
  static async load(path: string, options: OpenOptions = {}): Promise<LanguageModel> {
    return LanguageModel.from(await loadModelFolder(path, 'language-model'), options);
  }

  /** Makes a model of a folder that was read. @throws as `load`. */
  static async from(folder: ModelFolder, options: OpenOptions = {}): Promise<LanguageModel> {
    const { model, unknown } = optionsIn(folder, savedSchema);
    const { model: _, unknown: __, checkpoint: ___, ...details } = folder.options;
    const vocabulary = await vocabularyOf(folder, { unknown, rowsOf: 'embedding' });
    const device = options.device ?? (await openDevice(options));
    const network = new LanguageModelNetwork(device, model, { counts: vocabulary.counts, seed: 0 });
    try {
      restoreParameters(folder, network.parameters);
    } catch (error) {
      network.dispose();
      throw error;
    }
    return new LanguageModel({ device, network, vocabulary, options: model, details });
  }

  /**
   * Saves it as a folder, whole or not at all; an earlier saved model at the path is replaced.
   *
   * @throws WordmillError as `saveModelFolder` says.
   */
  async save(path: string): Promise<void> {
    await saveModelFolder(path, {
      kind: 'language-model',
      options: { model: this.options, unknown: this.vocabulary.unknown, ...this.details },
      texts: new Map([[VOCABULARY_FILE, vocabularyLines(this.vocabulary)]]),
      tensors: tensorsOf(this.network.parameters),
    });
  }

  /**
   * How well it predicts a text: over every word and every end of a sentence that has words.
   *
   * @param blocks ids of this model's vocabulary, as `encode(model.vocabulary)` gives them
   * @throws WordmillError `data` for a text without words.
   */
  async perplexity(blocks: AsyncIterable<IdBlock>, options: EvaluateOptions = {}): Promise<TextEvaluation> {
    const { signal } = options;
    const stream = await readStream(blocks, this.vocabulary.size, signal ? { signal } : {});
    if (stream.length === 0) throw new WordmillError('data', 'there are no words to predict in this text');
    const evaluation = await evaluateStream(this.device, this.network, stream, options);
    const { unknownId } = this.vocabulary;
    let sentences = 0;
    let unknown = 0;
    for (const id of stream) {
      if (id === SENTENCE_END_ID) sentences++;
      if (id === unknownId) unknown++;
    }
    return { ...evaluation, sentences, unknown };
  }

  /**
   * The probability of each word, by id, to come next after these at the start of a sentence.
   *
   * @throws WordmillError `data` for a word that the model does not know, where it has no `<UNK>`.
   */
  probabilities(context: readonly string[]): Float32Array {
    const inputs = Int32Array.from([SENTENCE_END_ID, ...this.idsOf(context)]);
    let probabilities = new Float32Array(0);
    this.device.scope(() => {
      const tape = new Tape(this.device, { training: false });
      const { h } = this.network.run(tape, { steps: inputs.length, inputs });
      probabilities = Float32Array.from(this.device.read(this.network.nextWord(tape, h)));
    });
    return probabilities;
  }

  /** Words drawn one after the other; see `SampleOptions`. An end of a sentence is `</s>`. */
  sample(options: SampleOptions = {}): Generator<string> {
    return sampleWords(this, options);
  }

  /** Ids of words; what is unknown is `<UNK>`. @throws as `probabilities`. */
  idsOf(words: readonly string[]): number[] {
    return words.map((word) => {
      const id = this.vocabulary.idOf(word);
      if (id !== undefined) return id;
      throw new WordmillError('data', `the model does not know the word '${word}'`, {
        hint: 'It was trained with unknown words dropped (vocabulary.unk).',
      });
    });
  }

  /** Frees its weights. */
  dispose(): void {
    this.network.dispose();
  }
}
