import { type CountedWords, type CounterState, type GenerationOptions, Generations } from './generations.js';
import { wordsOfRun, writeRun } from './word-run.js';
import { ByteReader, WordTable } from './word-table.js';

const LARGEST_COUNT = 2 ** 32 - 1;

/**
 * Counts words exactly within a limit of memory. Words get provisional ids in the order in which they first come.
 * When the table is full, its words are written to disk as a run, and a new generation begins with an empty table
 * and ids from 0; in the end the runs are merged.
 */
export class WordCounter {
  table = new WordTable();
  readonly #memoryBytes: number;
  readonly #generations: Generations;
  #tokens = 0;
  #threshold = 0;

  /**
   * @param options.memoryBytes the most that the table's arrays may take, while growing and sorting too; only words
   * that must be in one generation (those of one sentence) can make it take more
   */
  constructor(folder: string, options: GenerationOptions & { readonly memoryBytes: number }) {
    this.#memoryBytes = options.memoryBytes;
    this.#generations = new Generations(folder, options);
  }

  /**
   * Sees to it that so many tokens, all new words at worst, can be added to this generation.
   *
   * @returns false where a new generation is needed: `startGeneration`, which always has room.
   */
  reserve(tokens: number, bytes: number): boolean {
    const { table } = this;
    const total = this.#tokens + tokens;
    if (
      (table.hasRoom(tokens, bytes) || table.peakBytes(tokens, bytes) <= this.#memoryBytes) &&
      total <= LARGEST_COUNT
    ) {
      this.#tokens = total;
      return true;
    }
    if (table.size > 0) return false;
    this.#tokens = total;
    return true;
  }

  /** Writes the words counted so far to disk and begins with an empty table. */
  async startGeneration(): Promise<void> {
    await this.#spill();
    if (this.table.peakBytes(0, 0) > this.#memoryBytes) this.table = new WordTable();
    else this.table.clear();
    this.#tokens = 0;
  }

  /** Drops words that have occurred rarely and begins a generation with the others; see `TokenCounter.startPruned`. */
  async startPruned(): Promise<void> {
    const { newIds, forgottenTokens } = this.table.prune(++this.#threshold);
    this.#tokens -= forgottenTokens;
    await this.#generations.endPruned(newIds, { left: this.table.size, droppedTokens: forgottenTokens });
  }

  /** Writes the words of the open generation in the order of their ids; see `TokenCounter.save`. */
  async save(path: string): Promise<CounterState> {
    const { table } = this;
    const ids = Uint32Array.from({ length: table.size }, (_, id) => id);
    await writeRun(path, table, { sync: this.#generations.sync, ids });
    return { ...this.#generations.state(), prunings: this.#threshold, size: table.grown };
  }

  /** Goes on from what `save` wrote. */
  async restore(path: string, state: CounterState): Promise<void> {
    this.#generations.restore(state);
    this.#threshold = state.prunings;
    this.table.growTo(state.size);
    for await (const { bytes, tokenEnds, counts } of wordsOfRun(path)) {
      const words = new ByteReader(bytes);
      for (let word = 0, start = 0; word < tokenEnds.length; word++) {
        const end = tokenEnds[word]!;
        this.table.counts[this.table.add(words, start, end)] = counts[word]!;
        this.#tokens += counts[word]!;
        start = end;
      }
    }
  }

  /** Ends the counting; the table is given up. */
  async finish(): Promise<CountedWords> {
    // After a pruning that left no word there may still be empty sentences, in a generation of their own.
    if (this.table.size > 0 || this.#generations.ended > 0) await this.#spill();
    this.table = new WordTable();
    return this.#generations.finish();
  }

  #spill(): Promise<void> {
    const { table } = this;
    return this.#generations.end(table.size, (path) =>
      writeRun(path, table, { sync: this.#generations.sync }),
    );
  }
}
