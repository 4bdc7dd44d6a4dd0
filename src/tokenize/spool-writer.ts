import type { SpoolChunks } from '../core/corpus.js';
import type { EncodedSentences } from '../native/text.js';
import type { BufferedFile } from './buffered-file.js';

/** How much a chunk holds: tokens and sentences together (so that empty sentences fill chunks too). */
export const CHUNK_ITEMS = 1 << 14;

/** Writes sentences of provisional ids as chunks, and keeps the chunk table (see `Spool` in core/corpus.ts). */
export class SpoolWriter {
  readonly #file: BufferedFile;
  readonly #table = new ChunkTable();
  #generation = 0;
  #end: SpoolPosition = { byte: 0, sentences: 0, tokens: 0 };
  /** Where the open chunk started. */
  #chunk = this.#end;

  constructor(file: BufferedFile) {
    this.#file = file;
  }

  get sentences(): number {
    return this.#end.sentences;
  }

  get tokens(): number {
    return this.#end.tokens;
  }

  /**
   * Appends sentences.
   *
   * @param tokenEnds for each of them (and perhaps more) the index, in its block, just after its last token
   * @param firstToken the index of the first token
   */
  async append(encoded: EncodedSentences, tokenEnds: Uint32Array, firstToken: number): Promise<void> {
    const start = this.#end;
    let { sentences, tokens } = start;
    let items = tokens - this.#chunk.tokens + sentences - this.#chunk.sentences;
    for (let index = 0; index < encoded.sentenceEnds.length; index++) {
      const end = start.tokens + tokenEnds[index]! - firstToken;
      const more = end - tokens + 1;
      if (items > 0 && items + more > CHUNK_ITEMS) {
        const byte = start.byte + (index === 0 ? 0 : encoded.sentenceEnds[index - 1]!);
        this.#endChunk({ byte, sentences, tokens });
        items = 0;
      }
      items += more;
      sentences++;
      tokens = end;
    }
    this.#end = { byte: start.byte + encoded.bytes.length, sentences, tokens };
    await this.#file.write(encoded.bytes);
  }

  /** From here on ids are those of a new generation. */
  startGeneration(): void {
    this.#endChunk(this.#end);
    this.#generation++;
  }

  /** Ends the last chunk and gives the chunk table. */
  finish(): SpoolChunks {
    this.#endChunk(this.#end);
    return this.#table.columns();
  }

  #endChunk(end: SpoolPosition): void {
    if (end.sentences === this.#chunk.sentences) return;
    this.#table.push(this.#chunk, end, this.#generation);
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
