import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type ErrorPlace, WordmillError } from '../../../core/errors.js';
import { wholeNumber } from '../../../core/options.js';
import { CONFIG_FILE, loadModelFolder, type ModelFolder, saveModelFolder } from '../model-folder.js';
import {
  momentsIn,
  restoreParameters,
  tensorIn,
  tensorsOf,
  VOCABULARY_FILE,
  vocabularyOf,
} from '../model-parts.js';
import type { TaggerOptions } from './options.js';
import { parsedOptions, savedOptions, savedTexts } from './saved.js';
import type { Tagger } from './tagger.js';
import type { TaggerData } from './train-tagger.js';
import type { TaggerTraining } from './training.js';

/** What a checkpoint has beside a saved model. */
const checkpointSchema = z.strictObject({
  step: wholeNumber(0),
  /** Steps of the two optimizers: that of the word vectors and that of everything else. */
  steps: z.strictObject({ words: wholeNumber(0), others: wholeNumber(0) }),
  bestEpoch: wholeNumber(1).optional(),
  /** SHA-256 of the sentences and tags. */
  data: z.string(),
  /** SHA-256 of the word vectors that training began with. */
  vectors: z.string(),
});

/** What may differ from the checkpoint: when to stop. */
const MAY_DIFFER = ['train.epochs', 'train.patience'];

/**
 * Training as it stands between two epochs: a saved tagger, which can be used as one, that also holds the best weights
 * (`best/NAME`), the optimizers' moments (`words/NAME/m` …) and the number of steps. What else training draws is drawn
 * by seed, epoch and step alone, so these are enough to go on to the same numbers.
 */
export class TaggerCheckpoint {
  readonly #path: string;
  readonly #tagger: Tagger;
  readonly #training: TaggerTraining;
  readonly #vectorsFile: string | undefined;
  readonly #dataDigest: string;
  readonly #vectorsDigest: string;

  /** Made before training begins: the digest of the vectors is of those that the model has now. */
  constructor(path: string, tagger: Tagger, training: TaggerTraining, data: TaggerData) {
    this.#path = path;
    this.#tagger = tagger;
    this.#training = training;
    this.#vectorsFile = data.vectors?.file;
    this.#dataDigest = digestOf(data);
    const rows = tagger.model.embedding.variable.toHost();
    this.#vectorsDigest = createHash('sha256').update(rows).digest('hex');
  }

  /** @throws WordmillError as `saveModelFolder` does. */
  async save(): Promise<void> {
    const { best, optimizers, step } = this.#training;
    const tensors = tensorsOf(this.#tagger.model.parameters);
    for (const parameter of this.#tagger.model.parameters) {
      const data = best?.weights.get(parameter.name);
      if (data) tensors.set(`best/${parameter.name}`, { shape: parameter.shape, data });
    }
    const steps = { words: 0, others: 0 };
    for (const name of ['words', 'others'] as const) {
      const state = optimizers[name].state();
      steps[name] = state.steps;
      for (const [key, tensor] of state.tensors) tensors.set(`${name}/${key}`, tensor);
    }
    const checkpoint: z.infer<typeof checkpointSchema> = {
      ...{ step, steps, data: this.#dataDigest, vectors: this.#vectorsDigest },
      ...(best && { bestEpoch: best.epoch }),
    };
    await saveModelFolder(this.#path, {
      kind: 'tagger',
      options: { ...savedOptions(this.#tagger), checkpoint },
      texts: savedTexts(this.#tagger),
      tensors,
    });
  }

  /**
   * Takes training to where the checkpoint left it; nothing where there is no checkpoint.
   *
   * @returns whether there was one
   * @throws WordmillError `usage` for other options; `data` for other sentences, words or vectors, and a damaged folder.
   */
  async resume(): Promise<boolean> {
    let folder: ModelFolder;
    try {
      folder = await loadModelFolder(this.#path, 'tagger');
    } catch (error) {
      if (error instanceof WordmillError && error.kind === 'noInput') return false;
      throw error;
    }
    const found = checkpointSchema.safeParse(folder.options.checkpoint);
    if (!found.success) throw this.#refuse('this model is no checkpoint: training cannot go on from it');
    const { history } = await this.#check(folder, found.data);
    const { model } = this.#tagger;
    const training = this.#training;
    restoreParameters(folder, model.parameters);
    training.step = found.data.step;
    training.history.push(...history);
    const { bestEpoch } = found.data;
    if (bestEpoch !== undefined) {
      const learned = model.parameters.filter(({ frozen }) => !frozen);
      const weights = learned.map(
        ({ name, shape }) => [name, tensorIn(folder, `best/${name}`, shape)] as const,
      );
      training.best = { epoch: bestEpoch, weights: new Map(weights) };
    }
    const { steps } = found.data;
    training.optimizers.words.restore(momentsIn(folder, 'words', steps.words), [model.embedding]);
    training.optimizers.others.restore(momentsIn(folder, 'others', steps.others), model.others);
    return true;
  }

  async #check(folder: ModelFolder, { data, vectors: rows }: z.infer<typeof checkpointSchema>) {
    const saved = parsedOptions(folder);
    const { options, encoding, tags } = this.#tagger;
    const different = firstDifference(saved.tagger, options);
    if (different) throw this.#otherOption(different);
    if (saved.dimensions !== encoding.dimensions) {
      throw new WordmillError(
        'data',
        `these vectors have ${encoding.dimensions} dimensions; the checkpoint was trained with ${saved.dimensions}`,
        {
          place:
            this.#vectorsFile === undefined ? { file: this.#path } : { file: this.#vectorsFile, line: 1 },
          hint: HINT,
        },
      );
    }
    const file = join(this.#path, VOCABULARY_FILE);
    const { words } = await vocabularyOf(folder, { unknown: 'token', rowsOf: 'words' });
    const now = encoding.vocabulary.words;
    const row = words.findIndex((word, id) => word !== now[id]);
    if (row !== -1 || words.length !== now.length) {
      const line = (row === -1 ? words.length : row) + 1;
      throw new WordmillError(
        'data',
        `word ${line} of the checkpoint is ${shown(words[line - 1])}, but that of the training data and vectors is ${shown(now[line - 1])}`,
        { place: { file, line }, hint: HINT },
      );
    }
    if (data !== this.#dataDigest || !isDeepStrictEqual(saved.tags, tags)) {
      throw this.#refuse('the training or development data are not those of this checkpoint');
    }
    if (rows !== this.#vectorsDigest) {
      throw this.#refuse('these vectors have other numbers than those that the checkpoint began with', {
        file: this.#vectorsFile ?? this.#path,
      });
    }
    return saved;
  }

  #otherOption({ key, before, now }: Difference): WordmillError {
    return new WordmillError(
      'usage',
      `is ${shown(now)}, but the checkpoint was trained with ${shown(before)}`,
      {
        place: { file: join(this.#path, CONFIG_FILE), key },
        hint: HINT,
      },
    );
  }

  #refuse(problem: string, place: ErrorPlace = { file: this.#path }): WordmillError {
    return new WordmillError('data', problem, { place, hint: HINT });
  }
}

const HINT = 'Go on with what the checkpoint was made with, or start anew without --resume.';

interface Difference {
  readonly key: string;
  readonly before: unknown;
  readonly now: unknown;
}

function firstDifference(before: TaggerOptions, now: TaggerOptions): Difference | undefined {
  for (const section of ['vectors', 'model', 'train'] as const) {
    const [a, b] = [before[section], now[section]] as Record<string, unknown>[];
    for (const name of Object.keys({ ...a, ...b })) {
      const key = `${section}.${name}`;
      if (MAY_DIFFER.includes(key) || isDeepStrictEqual(a![name], b![name])) continue;
      return { key, before: a![name], now: b![name] };
    }
  }
  return undefined;
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}

function digestOf({ train, development = [] }: TaggerData): string {
  const hash = createHash('sha256');
  for (const sentences of [train, development]) {
    for (const { tokens, tags } of sentences) hash.update(JSON.stringify([tokens, tags]));
    hash.update('\n');
  }
  return hash.digest('hex');
}
