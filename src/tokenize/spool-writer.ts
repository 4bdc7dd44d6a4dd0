import type { SpoolChunks } from '../core/corpus.js';
import type { BufferedFile } from './buffered-file.js';
import { LONGEST_UINT32, writeLeb128 } from './leb128.js';

/** How much a chunk holds: tokens and sentences together (so that empty sentences fill chunks too). */
export const CHUNK_ITEMS = 1 << 14;

/**
 * Writes sentences of provisional ids as chunks, and keeps the chunk table (see `Spool` in core/corpus.ts). The ids
 * themselves are written into `file.buffer` by the caller, between `startSentence` and the next call.
 */
export class SpoolWriter {
  readonly file: BufferedFile;
  readonly #table = new ChunkTable();
  #generation = 0;
  #sentences = 0;
  #tokens = 0;
  /** Where the open chunk started. */
  #chunk = { byte: 0, sentences: 0, tokens: 0 };

  constructor(file: BufferedFile) {
    this.file = file;
  }

  get sentences(): number {
    return this.#sentences;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Whether the buffer has room for a sentence of so many tokens; otherwise `makeRoom` must be awaited. */
  hasRoom(tokens: number): boolean {
    return this.file.hasRoom(LONGEST_UINT32 * (tokens + 1));
  }

  makeRoom(tokens: number): Promise<void> {
    return this.file.makeRoom(LONGEST_UINT32 * (tokens + 1));
  }

  /** Writes a sentence's length; its ids come next. */
  startSentence(tokens: number): void {
    const items = this.#tokens - this.#chunk.tokens + this.#sentences - this.#chunk.sentences;
    if (items > 0 && items + tokens + 1 > CHUNK_ITEMS) this.#endChunk();
    this.file.length = writeLeb128(this.file.buffer, this.file.length, tokens);
    this.#sentences++;
    this.#tokens += tokens;
  }

  /** From here on ids are those of a new generation. */
  startGeneration(): void {
    this.#endChunk();
    this.#generation++;
  }

  /** Ends the last chunk and gives the chunk table. */
  finish(): SpoolChunks {
    this.#endChunk();
    return this.#table.columns();
  }

  #endChunk(): void {
    const start = this.#chunk;
    const end = { byte: this.file.bytes, sentences: this.#sentences, tokens: this.#tokens };
    if (end.sentences === start.sentences) return;
    this.#table.push(start, end, this.#generation);
    this.#chunk = end;
  }
}

interface SpoolPosition {
  readonly byte: number;
  readonly sentences: number;
  readonly tokens: number;
}

/** The chunk table while it grows: arrays that double. */
class ChunkTable {
  #length = 0;
  #capacity = 64;
  #byteStarts = new Float64Array(64);
  #byteLengths = new Uint32Array(64);
  #firstSentences = new Float64Array(64);
  #sentenceCounts = new Uint32Array(64);
  #tokenCounts = new Uint32Array(64);
  #generations = new Uint32Array(64);

  push(start: SpoolPosition, end: SpoolPosition, generation: number): void {
    if (this.#length === this.#capacity) this.#resize(2 * this.#capacity);
    const index = this.#length++;
    this.#byteStarts[index] = start.byte;
    this.#byteLengths[index] = end.byte - start.byte;
    this.#firstSentences[index] = start.sentences;
    this.#sentenceCounts[index] = end.sentences - start.sentences;
    this.#tokenCounts[index] = end.tokens - start.tokens;
    this.#generations[index] = generation;
  }

  columns(): SpoolChunks {
    this.#resize(this.#length);
    return {
      length: this.#length,
      byteStarts: this.#byteStarts,
      byteLengths: this.#byteLengths,
      firstSentences: this.#firstSentences,
      sentenceCounts: this.#sentenceCounts,
      tokenCounts: this.#tokenCounts,
      generations: this.#generations,
    };
  }

  #resize(capacity: number): void {
    this.#capacity = capacity;
    this.#byteStarts = resized(this.#byteStarts, new Float64Array(capacity));
    this.#byteLengths = resized(this.#byteLengths, new Uint32Array(capacity));
    this.#firstSentences = resized(this.#firstSentences, new Float64Array(capacity));
    this.#sentenceCounts = resized(this.#sentenceCounts, new Uint32Array(capacity));
    this.#tokenCounts = resized(this.#tokenCounts, new Uint32Array(capacity));
    this.#generations = resized(this.#generations, new Uint32Array(capacity));
  }
}

function resized<T extends Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(from: T, to: T): T {
  to.set(from.subarray(0, to.length));
  return to;
}
