import { type ErrorPlace, WordmillError } from '../core/errors.js';
import { Random, STREAMS } from '../core/random.js';
import type { SamplingOptions } from './options.js';

/** The threshold of a word that is always kept, without a draw. */
export const ALWAYS_KEPT = 0xffff_ffff;

/** What a `SentenceSampler` draws by. */
export interface SentenceSamplerOptions {
  /** Keep thresholds by id, from `keepThresholds`; without them every token is kept. */
  readonly thresholds?: Uint32Array | undefined;
  /** 5 by default. */
  readonly window?: number;
  readonly windowMode?: SamplingOptions['windowMode'];
  readonly seed: number;
}

/**
 * Everything that is drawn from the *sentence* stream, in the order that `docs/sampling.md` sets: first all of a
 * sentence's subsampling, then its windows. Stages and trainers share this class; none draws for itself.
 *
 * Its buffers are used again for the next sentence: copy what must last.
 */
export class SentenceSampler {
  /** The tokens kept of the sentence: the first `length` entries. */
  kept = new Uint32Array(1024);
  length = 0;
  /** The window drawn last: the positions from `windowStart` to before `windowEnd`, but for the visited one. */
  windowStart = 0;
  windowEnd = 0;
  readonly #thresholds: Uint32Array | undefined;
  readonly #window: number;
  readonly #dynamic: boolean;
  readonly #seed: number;
  #epoch = 0;
  #random: Random;

  constructor({ thresholds, window = 5, windowMode = 'dynamic', seed }: SentenceSamplerOptions) {
    this.#thresholds = thresholds;
    this.#window = window;
    this.#dynamic = windowMode === 'dynamic';
    this.#seed = seed;
    this.#random = new Random(seed, STREAMS.sentence, 0);
  }

  /**
   * Begins a sentence: forks its stream and subsamples its tokens into `kept`.
   *
   * @param ids a block's ids, of which the sentence is `ids[start .. end)`.
   * @param epoch from 0.
   * @param sentence its number in the whole corpus, from 0.
   * @throws `data` if an id has no threshold, because it belongs to another vocabulary.
   */
  start(ids: Uint32Array, start: number, end: number, epoch: number, sentence: number): void {
    if (epoch !== this.#epoch) {
      this.#random = new Random(this.#seed, STREAMS.sentence, epoch);
      this.#epoch = epoch;
    }
    this.#random.fork(sentence);
    if (this.kept.length < end - start) this.kept = new Uint32Array(2 * (end - start));
    if (this.#thresholds) {
      this.#subsample(ids, start, end, this.#thresholds);
    } else {
      this.kept.set(ids.subarray(start, end));
      this.length = end - start;
    }
  }

  /** Draws the window around a position of `kept`; gives the number of positions in it, the visited one left out. */
  drawWindow(position: number): number {
    const reach = this.#dynamic ? 1 + this.#random.below(this.#window) : this.#window;
    this.windowStart = Math.max(0, position - reach);
    this.windowEnd = Math.min(this.length, position + reach + 1);
    return this.windowEnd - this.windowStart - 1;
  }

  /** A whole number in [0, n) from the sentence's stream. */
  below(n: number): number {
    return this.#random.below(n);
  }

  #subsample(ids: Uint32Array, start: number, end: number, thresholds: Uint32Array): void {
    const { kept } = this;
    let length = 0;
    for (let token = start; token < end; token++) {
      const id = ids[token]!;
      const threshold = thresholds[id];
      if (threshold === undefined) throw strangeId(id, thresholds.length);
      if (threshold === ALWAYS_KEPT || this.#random.next() < threshold) kept[length++] = id;
    }
    this.length = length;
  }
}

/** The error for an id that its vocabulary does not have. */
export function strangeId(id: number, words: number, place?: ErrorPlace): WordmillError {
  return new WordmillError('data', `id ${id} is not in the vocabulary, which has ${words} words`, {
    ...(place && { place }),
    hint: 'Use the vocabulary that the ids were made with.',
  });
}
