import type { TokenBlock } from '../core/blocks.js';
import { nativeAddon } from '../native/addon.js';
import type { EncodedSentences, NativeWordCounter } from '../native/text.js';
import { BufferedFile } from './buffered-file.js';
import { type CountedWords, type CounterState, Generations } from './generations.js';
import type { CountingLimits, TokenCounter } from './token-counter.js';
import { wordsOfRun } from './word-run.js';

const NO_LIMIT = 2 ** 32 - 1;

/**
 * Counts in C++, on a thread of its own, while JavaScript goes on with reading and splitting what comes next.
 *
 * @throws WordmillError `unavailable` where the addon cannot run.
 */
export class NativeTokenCounter implements TokenCounter {
  readonly #native: NativeWordCounter;
  readonly #generations: Generations;
  #threshold = 0;

  constructor(folder: string, limits: CountingLimits) {
    this.#native = nativeAddon().createWordCounter({
      memoryBytes: Math.min(limits.memoryBytes, Number.MAX_SAFE_INTEGER),
      mostWords: limits.pruneAt ?? NO_LIMIT,
    });
    this.#generations = new Generations(folder, limits);
  }

  take(block: TokenBlock): void {
    this.#native.take(block);
  }

  encode(): Promise<EncodedSentences> {
    return this.#native.encode();
  }

  async startEmpty(): Promise<void> {
    const words = this.#native.words();
    await this.#native.sort();
    await this.#generations.end(words, (path) => this.#writeRun(path));
    this.#native.startEmpty();
  }

  async startPruned(): Promise<void> {
    const { newIds, forgottenTokens } = this.#native.startPruned({ threshold: ++this.#threshold });
    const left = this.#native.words();
    await this.#generations.endPruned(newIds, { left, droppedTokens: forgottenTokens });
  }

  async save(path: string): Promise<CounterState> {
    this.#native.list();
    await this.#writeRun(path);
    return { ...this.#generations.state(), prunings: this.#threshold, size: this.#native.size() };
  }

  async restore(path: string, state: CounterState): Promise<void> {
    this.#generations.restore(state);
    this.#threshold = state.prunings;
    this.#native.growTo(state.size);
    for await (const words of wordsOfRun(path)) this.#native.restore(words);
  }

  async finish(): Promise<CountedWords> {
    // After a pruning that left no word there may still be empty sentences, in a generation of their own.
    if (this.#native.words() > 0 || this.#generations.ended > 0) await this.startEmpty();
    return this.#generations.finish();
  }

  async #writeRun(path: string): Promise<void> {
    const file = await BufferedFile.create(path);
    try {
      for (let bytes = this.#native.nextRunBytes(); bytes.length > 0; bytes = this.#native.nextRunBytes()) {
        await file.write(bytes);
      }
      await file.finish({ sync: this.#generations.sync });
    } finally {
      await file.close();
    }
  }
}
