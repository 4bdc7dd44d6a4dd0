import { throwIfAborted } from '../../../core/errors.js';
import { Report } from '../../../core/report.js';
import { type EntityScores, entityScores } from '../../tagging/entity-scores.js';
import type { Scheme } from '../../tagging/schemes.js';
import type { TaggedSentence } from '../../tagging/tagged-sentence.js';
import { openDevice } from '../backend/open-device.js';
import { saveModelFolder } from '../model-folder.js';
import { tensorsOf } from '../model-parts.js';
import { batchesByLength, encodeBatch, type TokenEncoding } from './batches.js';
import type { TaggerModel } from './model.js';
import type { ResolvedTaggerOptions } from './options.js';
import { loadSavedTagger, savedOptions, savedTexts } from './saved.js';
import type { TaggerEpoch } from './training.js';
import type { VectorOf } from './vocabulary.js';

/** Sentences that are tagged at once. */
const BATCH = 32;

/** What a tagger is made of. */
export interface TaggerParts {
  readonly model: TaggerModel;
  readonly encoding: TokenEncoding;
  readonly scheme: Scheme;
  /** By the ids of the model. */
  readonly tags: readonly string[];
  readonly options: ResolvedTaggerOptions;
  /** How it was trained, epoch by epoch. */
  readonly history: readonly TaggerEpoch[];
}

/** How a saved tagger is loaded. */
export interface LoadTaggerOptions {
  /** Throws where TensorFlow's native library cannot be used. */
  readonly requireNative?: boolean;
  readonly report?: Report;
  /** Vectors for words that the model does not know, by their subwords. */
  readonly vectorOf?: VectorOf;
}

/** A trained tagger: gives each token of a sentence its tag. Call `dispose` when done. */
export class Tagger implements TaggerParts {
  readonly model: TaggerModel;
  readonly encoding: TokenEncoding;
  readonly scheme: Scheme;
  readonly tags: readonly string[];
  readonly options: ResolvedTaggerOptions;
  readonly history: readonly TaggerEpoch[];

  constructor(parts: TaggerParts) {
    this.model = parts.model;
    this.encoding = parts.encoding;
    this.scheme = parts.scheme;
    this.tags = parts.tags;
    this.options = parts.options;
    this.history = parts.history;
  }

  /**
   * Reads a saved tagger.
   *
   * @throws WordmillError `noInput` where there is none; `data`, with the file, where it is damaged or its parts belong
   * to different models; `unavailable` if `requireNative` is set and the native library is not there.
   */
  static async load(path: string, options: LoadTaggerOptions = {}): Promise<Tagger> {
    const { requireNative = false, report = new Report(), vectorOf } = options;
    const device = await openDevice({ requireNative, report });
    return new Tagger(await loadSavedTagger(path, device, vectorOf));
  }

  /**
   * Writes the tagger to a folder, whole or not at all: weights, vocabulary, configuration.
   *
   * @throws WordmillError `cannotCreate` where something else stands there; `inputOutput`.
   */
  async save(path: string): Promise<void> {
    await saveModelFolder(path, {
      kind: 'tagger',
      options: savedOptions(this),
      texts: savedTexts(this),
      tensors: tensorsOf(this.model.parameters),
    });
  }

  /**
   * The tags of sentences, in the tagger's scheme; a sentence without tokens has none. A sentence of more than
   * `train.maxLength` tokens is tagged in pieces of that length, one by one.
   */
  tag(sentences: readonly (readonly string[])[]): string[][] {
    const tagging = this.#tagging(sentences);
    for (let next = tagging.next(); ; next = tagging.next()) if (next.done) return next.value;
  }

  /**
   * The same for many sentences: whatever else the process does has its turn between batches.
   *
   * @throws WordmillError `aborted` when the signal fires.
   */
  async tagMany(
    sentences: readonly (readonly string[])[],
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<string[][]> {
    const tagging = this.#tagging(sentences);
    for (let next = tagging.next(); ; next = tagging.next()) {
      if (next.done) return next.value;
      await new Promise(setImmediate);
      if (signal) throwIfAborted(signal);
    }
  }

  /**
   * How well it finds the entities of tagged sentences, whatever their scheme, as conlleval counts.
   *
   * @throws WordmillError `aborted` when the signal fires.
   */
  async evaluate(
    sentences: readonly TaggedSentence[],
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<EntityScores> {
    const predicted = await this.tagMany(
      sentences.map(({ tokens }) => tokens),
      options,
    );
    return entityScores(sentences.map(({ tags }, i) => ({ gold: tags, predicted: predicted[i]! })));
  }

  dispose(): void {
    this.model.dispose();
  }

  /** Tags, and pauses after each batch. */
  *#tagging(sentences: readonly (readonly string[])[]): Generator<undefined, string[][]> {
    const { maxLength } = this.options.train;
    const pieces: { readonly sentence: number; readonly tokens: readonly string[] }[] = [];
    for (const [sentence, tokens] of sentences.entries()) {
      for (let start = 0; start < tokens.length; start += maxLength) {
        pieces.push({ sentence, tokens: tokens.slice(start, start + maxLength) });
      }
    }
    const paths = yield* this.#paths(pieces.map(({ tokens }) => tokens));
    const tags: string[][] = sentences.map(() => []);
    for (const [index, { sentence }] of pieces.entries()) {
      for (const tag of paths[index]!) tags[sentence]!.push(this.tags[tag]!);
    }
    return tags;
  }

  *#paths(pieces: readonly (readonly string[])[]): Generator<undefined, Int32Array[]> {
    const paths = new Array<Int32Array>(pieces.length);
    const lengths = pieces.map(({ length }) => length);
    for (const numbers of batchesByLength(lengths, BATCH)) {
      const batch = encodeBatch(
        numbers.map((number) => pieces[number]!),
        this.encoding,
      );
      for (const [i, path] of this.model.decode(batch).entries()) paths[numbers[i]!] = path;
      yield;
    }
    return paths;
  }
}
