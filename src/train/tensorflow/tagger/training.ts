import { throwIfAborted } from '../../../core/errors.js';
import { Random, STREAMS } from '../../../core/random.js';
import type { Report } from '../../../core/report.js';
import { LOSS_IS_NO_NUMBER } from '../../divergence.js';
import type { TaggedSentence } from '../../tagging/tagged-sentence.js';
import { Adam, clipByGlobalNorm } from '../autodiff/optimizers.js';
import { Tape } from '../autodiff/tape.js';
import { batchOrder, encodeBatch, type TaggerBatch } from './batches.js';
import { checkParametersFinite, taggerDiverged } from './divergence.js';
import type { Tagger } from './tagger.js';

/** The number of the place of dropout that draws which rare words count as unknown. */
const RARE_WORDS = 1_002;

/** What an epoch came to. */
export interface TaggerEpoch {
  /** From 1. */
  readonly epoch: number;
  /** Mean negative log likelihood of a token's tag, in nats, with dropout. */
  readonly loss: number;
  /** F1 of entities on the development data, in [0, 1]; absent without such data. */
  readonly developmentF1?: number | undefined;
}

/**
 * The epoch whose weights a tagger keeps: the first with the best F1 on the development data. While nothing is found,
 * and without development data, it is the last.
 */
export function keptEpoch(history: readonly TaggerEpoch[]): TaggerEpoch | undefined {
  const best = history.reduce((highest, { developmentF1 = 0 }) => Math.max(highest, developmentF1), 0);
  return best > 0 ? history.find(({ developmentF1 }) => developmentF1 === best) : history.at(-1);
}

/** What training learns from, and is held against. */
export interface TrainingSentences {
  readonly train: readonly TaggedSentence[];
  readonly development: readonly TaggedSentence[];
  /** Words from this id on have no vector but a random one. */
  readonly firstOwn: number;
  /** Whether word vectors were given, which learn at a part of the learning rate. */
  readonly pretrained: boolean;
}

/** Training under way: everything that a checkpoint must hold is here. */
export class TaggerTraining {
  /** The best epoch on the development data so far, and the parameters after it, by name. */
  best: { readonly epoch: number; readonly weights: ReadonlyMap<string, Float32Array> } | undefined;
  /** Steps so far. */
  step = 0;
  readonly optimizers: { readonly words: Adam; readonly others: Adam };
  readonly #tagger: Tagger;
  readonly #sentences: TrainingSentences;
  readonly #gold: readonly Int32Array[];
  readonly #tokens: number;

  /** @param history of the epochs so far; each is added to it */
  constructor(
    tagger: Tagger,
    sentences: TrainingSentences,
    readonly history: TaggerEpoch[],
  ) {
    const { device } = tagger.model;
    this.#tagger = tagger;
    this.#sentences = sentences;
    this.optimizers = { words: new Adam(device), others: new Adam(device) };
    const ids = new Map(tagger.tags.map((tag, id) => [tag, id]));
    this.#gold = sentences.train.map(({ tags }) => Int32Array.from(tags, (tag) => ids.get(tag)!));
    this.#tokens = sentences.train.reduce((sum, { tokens }) => sum + tokens.length, 0);
  }

  /** Whether another epoch would be one too many. */
  get finished(): boolean {
    const { epochs, patience } = this.#tagger.options.train;
    const done = this.history.length;
    return done >= epochs || (this.best !== undefined && done - this.best.epoch >= patience);
  }

  /**
   * One pass over the training data, and a look at the development data.
   *
   * @throws WordmillError `data` where the loss or a parameter is not finite any more; `aborted`.
   */
  async epoch({
    signal,
    report,
  }: {
    readonly signal?: AbortSignal;
    readonly report?: Report;
  }): Promise<TaggerEpoch> {
    const { train } = this.#tagger.options;
    const epoch = this.history.length;
    const learningRate = train.learningRate / (1 + epoch * train.learningRateDecay);
    const lengths = this.#sentences.train.map(({ tokens }) => tokens.length);
    const totals = { loss: 0, tokens: 0 };
    for (const numbers of batchOrder(lengths, train.batch, { seed: train.seed, epoch })) {
      if (signal) throwIfAborted(signal);
      const loss = this.#stepOn(numbers, learningRate);
      totals.loss += loss;
      for (const number of numbers) totals.tokens += lengths[number]!;
      if (!Number.isFinite(loss)) throw taggerDiverged(train.learningRate, LOSS_IS_NO_NUMBER);
      report?.progress({
        ...{ phase: 'train', unit: 'words', epoch: epoch + 1, epochs: train.epochs, learningRate },
        ...{ done: epoch * this.#tokens + totals.tokens, total: train.epochs * this.#tokens },
        loss: totals.loss / totals.tokens,
      });
      // Signals and progress are seen to between steps, which block.
      await new Promise(setImmediate);
    }
    checkParametersFinite(this.#tagger.model.device, this.#learned(), train.learningRate);
    const developmentF1 = await this.#development(signal);
    const result = {
      epoch: epoch + 1,
      loss: totals.loss / totals.tokens,
      ...(developmentF1 !== undefined && { developmentF1 }),
    };
    this.history.push(result);
    if (developmentF1 !== undefined) this.#keepBest();
    return result;
  }

  /** Gives the model its best weights. */
  restoreBest(): void {
    for (const { name, variable } of this.#learned()) {
      const weights = this.best?.weights.get(name);
      if (weights) variable.assign(weights);
    }
  }

  dispose(): void {
    this.optimizers.words.dispose();
    this.optimizers.others.dispose();
  }

  #stepOn(numbers: readonly number[], learningRate: number): number {
    const { model, options, encoding } = this.#tagger;
    const { device, embedding, decoder } = model;
    const { train, vectors } = options;
    const step = this.step++;
    const batch = encodeBatch(
      numbers.map((number) => this.#sentences.train[number]!.tokens),
      encoding,
    );
    this.#forgetRareWords(batch, step);
    return device.scope(() => {
      const tape = new Tape(device);
      const emissions = model.emissions(tape, batch, step);
      const gold = numbers.map((number) => this.#gold[number]!);
      const loss = decoder.loss(tape, emissions, batch.shape, gold);
      const { gradients } = clipByGlobalNorm(device, tape.backward(), train.clip);
      const [words, others] = parted(gradients, (parameter) => parameter === embedding);
      const wordsRate = this.#sentences.pretrained ? vectors.rate : 1;
      this.optimizers.words.step(words, learningRate * wordsRate);
      this.optimizers.others.step(others, learningRate);
      return loss;
    });
  }

  /** Takes rare words for unknown at random, so that `<UNK>` learns what unknown words are like. */
  #forgetRareWords({ words }: TaggerBatch, step: number): void {
    const { vocabulary } = this.#tagger.encoding;
    const { seed, unknownShare } = this.#tagger.options.train;
    const random = new Random(seed, STREAMS.dropout, step, RARE_WORDS);
    for (const [row, id] of words.entries()) {
      if (id < this.#sentences.firstOwn || vocabulary.counts[id] !== 1) continue;
      if (id !== vocabulary.unknownId && random.unit() < unknownShare) words[row] = vocabulary.unknownId!;
    }
  }

  async #development(signal: AbortSignal | undefined): Promise<number | undefined> {
    const { development } = this.#sentences;
    if (development.length === 0) return undefined;
    const { f1 } = await this.#tagger.evaluate(development, { ...(signal && { signal }) });
    return f1;
  }

  #keepBest(): void {
    // Patience begins with the first entity: until then the last epoch is the one to keep.
    if (keptEpoch(this.history) !== this.history.at(-1)) return;
    const weights = new Map(this.#learned().map(({ name, variable }) => [name, variable.toHost()]));
    this.best = { epoch: this.history.length, weights };
  }

  #learned() {
    return this.#tagger.model.parameters.filter(({ frozen }) => !frozen);
  }
}

function parted<Key, Item>(
  items: ReadonlyMap<Key, Item>,
  isFirst: (key: Key) => boolean,
): [Map<Key, Item>, Map<Key, Item>] {
  const all = [...items];
  return [new Map(all.filter(([key]) => isFirst(key))), new Map(all.filter(([key]) => !isFirst(key)))];
}
