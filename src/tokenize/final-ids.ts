import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DROPPED } from '../core/corpus.js';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import type { Vocabulary } from '../core/vocabulary.js';
import { bytesOf } from '../formats/packed-rows.js';
import { BufferedFile } from './buffered-file.js';
import type { CountedWords } from './generations.js';
import { isUnknownLiteral } from './select-words.js';
import { readRun } from './word-run.js';
import { ABSENT, ByteReader, tableOf, type WordTable } from './word-table.js';

/** What became of the tokens when provisional ids were mapped to a vocabulary. */
export interface MappedTokens {
  /** Tokens whose word has an id of its own. */
  known: number;
  /** Tokens that are the literal `<UNK>` or `<unk>`. */
  literals: number;
  /** Tokens of all other words. */
  unknown: number;
}

/** Gives each provisional id its final one, generation by generation; a generation's ids are in memory at a time. */
export class FinalIds {
  readonly tokens: MappedTokens = { known: 0, literals: 0, unknown: 0 };
  readonly #counted: CountedWords;
  readonly #table: WordTable;
  readonly #unknown: number;
  readonly #signal: AbortSignal;

  constructor(counted: CountedWords, vocabulary: Vocabulary, signal: AbortSignal) {
    this.#counted = counted;
    this.#table = tableOf(vocabulary.words);
    this.#unknown = vocabulary.unknownId ?? DROPPED;
    this.#signal = signal;
    this.tokens.unknown = counted.pruned.tokens;
  }

  /** The final id, or `DROPPED`, of each provisional id of a generation. */
  async ofGeneration(generation: number): Promise<Uint32Array> {
    const { file, words } = this.#counted.generations[generation]!;
    const ids = new Uint32Array(words);
    for await (const block of readRun(join(this.#counted.folder, file))) {
      throwIfAborted(this.#signal);
      const reader = new ByteReader(block.bytes);
      for (let index = 0; index < block.length; index++) {
        const literal = isUnknownLiteral(block, index);
        const id = literal ? ABSENT : this.#table.find(reader, block.starts[index]!, block.ends[index]!);
        ids[block.ids[index]!] = id === ABSENT ? this.#unknown : id;
        this.tokens[literal ? 'literals' : id === ABSENT ? 'unknown' : 'known'] += block.counts[index]!;
      }
    }
    return ids;
  }

  /** How many bytes the map file has. */
  get mapBytes(): number {
    return this.#counted.generations.reduce(
      (sum, { words }) => sum + Uint32Array.BYTES_PER_ELEMENT * words,
      0,
    );
  }

  /**
   * Writes the map file of a spool (see `Spool` in core/corpus.ts), the last generation first: words of one that was
   * pruned have the ids that they got in the next.
   *
   * @returns where each generation starts in it, and the total.
   */
  async writeMap(path: string): Promise<Float64Array> {
    const { generations } = this.#counted;
    const starts = new Float64Array(generations.length + 1);
    for (const [index, { words }] of generations.entries()) starts[index + 1] = starts[index]! + words;
    const file = await BufferedFile.create(path);
    try {
      let next: Uint32Array = new Uint32Array(0);
      for (let index = generations.length - 1; index >= 0; index--) {
        const { pruned } = generations[index]!;
        next = pruned ? await this.#ofPrunedGeneration(index, next) : await this.ofGeneration(index);
        await file.writeAt(bytesOf(next), Uint32Array.BYTES_PER_ELEMENT * starts[index]!);
      }
      await file.finish();
    } finally {
      await file.close();
    }
    return starts;
  }

  async #ofPrunedGeneration(generation: number, next: Uint32Array): Promise<Uint32Array> {
    throwIfAborted(this.#signal);
    const { file, words } = this.#counted.generations[generation]!;
    const path = join(this.#counted.folder, file);
    const ids = new Uint32Array(words);
    (await readFile(path)).copy(bytesOf(ids));
    for (let id = 0; id < words; id++) {
      const survivor = ids[id]!;
      if (survivor !== DROPPED && survivor >= next.length) {
        throw new WordmillError('data', 'this spool is damaged: an id past the words', {
          place: { file: path },
        });
      }
      ids[id] = survivor === DROPPED ? this.#unknown : next[survivor]!;
    }
    return ids;
  }
}
