import { join } from 'node:path';
import { mergeRuns } from './merge-runs.js';
import { writeRun } from './word-run.js';
import { WordTable } from './word-table.js';

const LARGEST_COUNT = 2 ** 32 - 1;

/** Words counted, on disk. */
export interface CountedWords {
  /** The folder in which the files below are. */
  readonly folder: string;
  /** For each generation of provisional ids, the run with its words; ids are the provisional ones. */
  readonly generations: readonly { readonly file: string; readonly words: number }[];
  /** The run with all words and their whole counts. */
  readonly list: string;
  /** How many different words there are. */
  readonly types: number;
}

/**
 * Counts words exactly within a limit of memory. Words get provisional ids in the order in which they first come.
 * When the table is full, its words are written to disk as a run, and a new generation begins with an empty table
 * and ids from 0; in the end the runs are merged.
 */
export class WordCounter {
  table = new WordTable();
  readonly #folder: string;
  readonly #memoryBytes: number;
  readonly #signal: AbortSignal;
  readonly #sync: boolean;
  readonly #generations: { file: string; words: number }[] = [];
  #tokens = 0;

  /**
   * @param options.memoryBytes the most that the table's arrays may take, while growing and sorting too; only words
   * that must be in one generation (those of one sentence) can make it take more
   * @param options.sync whether what is written must last through a power cut
   */
  constructor(folder: string, options: { memoryBytes: number; signal: AbortSignal; sync?: boolean }) {
    this.#folder = folder;
    this.#memoryBytes = options.memoryBytes;
    this.#signal = options.signal;
    this.#sync = options.sync ?? false;
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

  /** Ends the counting; the table is given up. */
  async finish(): Promise<CountedWords> {
    if (this.table.size > 0) await this.#spill();
    this.table = new WordTable();
    const generations = this.#generations;
    if (generations.length <= 1) {
      const only = generations[0];
      return { folder: this.#folder, generations, list: only?.file ?? '', types: only?.words ?? 0 };
    }
    const list = 'words';
    const runs = generations.map(({ file }) => join(this.#folder, file));
    const types = await mergeRuns(runs, join(this.#folder, list), { signal: this.#signal, sync: this.#sync });
    return { folder: this.#folder, generations, list, types };
  }

  async #spill(): Promise<void> {
    const file = `words-${this.#generations.length}`;
    await writeRun(join(this.#folder, file), this.table, { sync: this.#sync });
    this.#generations.push({ file, words: this.table.size });
  }
}
