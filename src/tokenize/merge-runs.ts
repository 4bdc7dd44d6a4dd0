import { rm } from 'node:fs/promises';
import { throwIfAborted } from '../core/errors.js';
import { compareBytes } from './byte-order.js';
import { type Cursor, CursorQueue } from './cursor-queue.js';
import { type RunBlock, RunWriter, readRun } from './word-run.js';

/** How many files a merge holds open at once. */
const MOST_OPEN = 64;

/** What stops a merge, and whether its result must last through a power cut. */
export interface MergeOptions {
  readonly signal: AbortSignal;
  readonly sync?: boolean;
}

/**
 * Merges runs into one that has each word once, its count the sum of its counts; ids are 0. More runs than may be
 * open at once are merged in several rounds, through files beside the result that are removed again. The runs stay.
 * Takes some 10 MB at most.
 *
 * @returns how many different words there are.
 */
export async function mergeRuns(
  runs: readonly string[],
  path: string,
  options: MergeOptions,
): Promise<number> {
  let round: readonly string[] = runs;
  let made = 0;
  while (round.length > MOST_OPEN) {
    const next: string[] = [];
    for (let first = 0; first < round.length; first += MOST_OPEN) {
      const part = `${path}.part-${made++}`;
      await mergeOnce(round.slice(first, first + MOST_OPEN), part, { signal: options.signal });
      next.push(part);
    }
    await removeParts(round, runs);
    round = next;
  }
  const words = await mergeOnce(round, path, options);
  await removeParts(round, runs);
  return words;
}

async function removeParts(round: readonly string[], runs: readonly string[]): Promise<void> {
  if (round === runs) return;
  for (const part of round) await rm(part);
}

async function mergeOnce(runs: readonly string[], path: string, options: MergeOptions): Promise<number> {
  const writer = await RunWriter.create(path);
  const queue = new CursorQueue<RunCursor>();
  let words = 0;
  try {
    for (const run of runs) await queue.add(new RunCursor(run));
    let word: Uint8Array = new Uint8Array(256);
    while (queue.first !== undefined) {
      // The word is copied, since the block it lies in may be read over before all its counts are summed.
      const length = queue.first.wordLength;
      if (word.length < length) word = new Uint8Array(2 * length);
      queue.first.copyWord(word);
      let count = 0;
      let cursor: RunCursor | undefined = queue.first;
      while (cursor?.isAt(word, length)) {
        count += cursor.count;
        if (!cursor.advance()) {
          throwIfAborted(options.signal);
          await cursor.load();
        }
        queue.firstChanged();
        cursor = queue.first;
      }
      if (!writer.hasRoom(length)) await writer.makeRoom(length);
      writer.put(word, 0, length, count, 0);
      words++;
    }
    await writer.finish(options);
  } finally {
    await queue.close();
    await writer.close();
  }
  return words;
}

/** A place in a run. */
class RunCursor implements Cursor<RunCursor> {
  readonly #blocks: AsyncGenerator<RunBlock, void, undefined>;
  #block: RunBlock | undefined;
  #index = 0;

  constructor(path: string) {
    this.#blocks = readRun(path);
  }

  /** Reads the next block; after the last, the cursor is at its end. */
  async load(): Promise<void> {
    const result = await this.#blocks.next();
    this.#block = result.done ? undefined : result.value;
    this.#index = 0;
  }

  /** Goes to the next word; false where that takes `load`. */
  advance(): boolean {
    return ++this.#index < this.#block!.length;
  }

  get atEnd(): boolean {
    return this.#block === undefined;
  }

  get count(): number {
    return this.#block!.counts[this.#index]!;
  }

  get wordLength(): number {
    return this.#block!.ends[this.#index]! - this.#block!.starts[this.#index]!;
  }

  copyWord(target: Uint8Array): void {
    const { bytes, starts, ends } = this.#block!;
    target.set(bytes.subarray(starts[this.#index]!, ends[this.#index]!));
  }

  isAt(word: Uint8Array, length: number): boolean {
    const { bytes, starts, ends } = this.#block!;
    return compareBytes(bytes, starts[this.#index]!, ends[this.#index]!, word, 0, length) === 0;
  }

  isBefore(other: RunCursor): boolean {
    const a = this.#block!;
    const b = other.#block!;
    const i = this.#index;
    const j = other.#index;
    return compareBytes(a.bytes, a.starts[i]!, a.ends[i]!, b.bytes, b.starts[j]!, b.ends[j]!) < 0;
  }

  async close(): Promise<void> {
    await this.#blocks.return();
  }
}
