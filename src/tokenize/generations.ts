import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outputError } from '../core/outputs.js';
import { bytesOf } from '../formats/packed-rows.js';
import type { CounterSize } from '../native/text.js';
import { mergeRuns } from './merge-runs.js';

/** A generation of provisional ids: how many there are, and a file of the folder that says what they stand for. */
export interface Generation {
  /** A run with its words and their ids (word-run.ts); or, if `pruned`, a uint32 (little-endian) for each id. */
  readonly file: string;
  readonly words: number;
  /** The file gives each id's number in the next generation, or `DROPPED` for a word that was dropped there. */
  readonly pruned?: true | undefined;
}

/** Words counted, on disk. */
export interface CountedWords {
  /** The folder in which the files are. */
  readonly folder: string;
  readonly generations: readonly Generation[];
  /** The run with all words and their whole counts. */
  readonly list: string;
  /** How many different words there are. */
  readonly types: number;
  /** What pruning dropped: words, each as often as it was dropped, and their tokens. */
  readonly pruned: { readonly words: number; readonly tokens: number };
}

/** What stops counting, and whether what is written must last through a power cut. */
export interface GenerationOptions {
  readonly signal: AbortSignal;
  readonly sync?: boolean | undefined;
}

/** Where counting stands: what `TokenCounter.restore` goes on from, with the words of the open generation. */
export interface CounterState {
  /** Those that have ended. */
  readonly generations: readonly Generation[];
  readonly pruned: CountedWords['pruned'];
  /** How often rare words were dropped. */
  readonly prunings: number;
  /** What the table has grown to, which decides when it is full. */
  readonly size: CounterSize;
}

/** The generations of a count, written to disk as they end. */
export class Generations {
  readonly sync: boolean;
  readonly #folder: string;
  readonly #signal: AbortSignal;
  #ended: Generation[] = [];
  #pruned = { words: 0, tokens: 0 };

  constructor(folder: string, { signal, sync }: GenerationOptions) {
    this.#folder = folder;
    this.#signal = signal;
    this.sync = sync ?? false;
  }

  get ended(): number {
    return this.#ended.length;
  }

  /** What has ended so far, for `restore`. */
  state(): Pick<CounterState, 'generations' | 'pruned'> {
    return { generations: [...this.#ended], pruned: { ...this.#pruned } };
  }

  /** Goes on after generations that are on disk already. */
  restore({ generations, pruned }: Pick<CounterState, 'generations' | 'pruned'>): void {
    this.#ended = [...generations];
    this.#pruned = { ...pruned };
  }

  /** Ends a generation of so many words, whose run `write` writes. */
  async end(words: number, write: (path: string) => Promise<void>): Promise<void> {
    const file = `words-${this.#ended.length}`;
    await write(join(this.#folder, file));
    this.#ended.push({ file, words });
  }

  /** Ends a generation of which some words go on in the next: for each id the new one, or `DROPPED`. */
  async endPruned(newIds: Uint32Array, words: { left: number; droppedTokens: number }): Promise<void> {
    const file = `ids-${this.#ended.length}`;
    const path = join(this.#folder, file);
    await writeFile(path, bytesOf(newIds), { flush: this.sync }).catch((error) => {
      throw outputError(error, path, 'intermediate file');
    });
    this.#ended.push({ file, words: newIds.length, pruned: true });
    this.#pruned.words += newIds.length - words.left;
    this.#pruned.tokens += words.droppedTokens;
  }

  /** Merges the runs, if there are several. */
  async finish(): Promise<CountedWords> {
    const runs = this.#ended.filter(({ pruned }) => !pruned);
    const counted = { folder: this.#folder, generations: this.#ended, pruned: this.#pruned };
    if (runs.length <= 1) return { ...counted, list: runs[0]?.file ?? '', types: runs[0]?.words ?? 0 };
    const list = 'words';
    const paths = runs.map(({ file }) => join(this.#folder, file));
    const types = await mergeRuns(paths, join(this.#folder, list), { signal: this.#signal, sync: this.sync });
    return { ...counted, list, types };
  }
}
