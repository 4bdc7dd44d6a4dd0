import type { SpoolChunks } from '../core/corpus.js';
import type { EncodedSentences } from '../native/text.js';
import type { BufferedFile } from './buffered-file.js';
import { ChunkTable } from './chunk-table.js';

/** How much a chunk holds: tokens and sentences together (so that empty sentences fill chunks too). */
export const CHUNK_ITEMS = 1 << 14;

/** A place in a file of tokens. */
export interface SpoolPosition {
  readonly byte: number;
  readonly sentences: number;
  readonly tokens: number;
}

/** Where a writer stands. */
export interface SpoolWriterState {
  /** The number of the open generation. */
  readonly generation: number;
  readonly end: SpoolPosition;
  /** Where the chunk that has not ended yet begins. */
  readonly openChunk: SpoolPosition;
}

const START: SpoolPosition = { byte: 0, sentences: 0, tokens: 0 };

/** Writes sentences of provisional ids as chunks, and keeps the chunk table (see `Spool` in core/corpus.ts). */
export class SpoolWriter {
  readonly #file: BufferedFile;
  readonly #table: ChunkTable;
  #generation: number;
  #end: SpoolPosition;
  /** Where the open chunk started. */
  #chunk: SpoolPosition;

  /** @param from what to go on from: a `state`, and the chunks that had ended then. */
  constructor(file: BufferedFile, from?: { readonly state: SpoolWriterState; readonly chunks: SpoolChunks }) {
    this.#file = file;
    this.#table = new ChunkTable(from?.chunks);
    this.#generation = from?.state.generation ?? 0;
    this.#end = from?.state.end ?? START;
    this.#chunk = from?.state.openChunk ?? START;
  }

  /** Where writing stands; what has been appended so far is in the file once that is flushed. */
  get state(): SpoolWriterState {
    return { generation: this.#generation, end: this.#end, openChunk: this.#chunk };
  }

  /** The chunks that have ended. */
  get chunks(): SpoolChunks {
    return this.#table.columns();
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
