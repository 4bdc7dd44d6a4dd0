import { readFile } from 'node:fs/promises';
import type { SpoolChunks } from '../core/corpus.js';
import { WordmillError } from '../core/errors.js';
import { bytesOf } from '../formats/packed-rows.js';
import { BufferedFile } from './buffered-file.js';
import type { SpoolPosition } from './spool-writer.js';

/** The chunk table (see `SpoolChunks` in core/corpus.ts) while it grows: arrays that double. */
export class ChunkTable {
  #length = 0;
  #capacity = 64;
  #byteStarts = new Float64Array(64);
  #byteLengths = new Uint32Array(64);
  #firstSentences = new Float64Array(64);
  #sentenceCounts = new Uint32Array(64);
  #tokenCounts = new Uint32Array(64);
  #generations = new Uint32Array(64);

  /** @param chunks what it begins with. */
  constructor(chunks?: SpoolChunks) {
    if (!chunks) return;
    this.#resize(Math.max(64, 2 * chunks.length));
    this.#length = chunks.length;
    this.#byteStarts.set(chunks.byteStarts);
    this.#byteLengths.set(chunks.byteLengths);
    this.#firstSentences.set(chunks.firstSentences);
    this.#sentenceCounts.set(chunks.sentenceCounts);
    this.#tokenCounts.set(chunks.tokenCounts);
    this.#generations.set(chunks.generations);
  }

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

  /** A copy of what it holds. */
  columns(): SpoolChunks {
    const length = this.#length;
    return {
      length,
      byteStarts: this.#byteStarts.slice(0, length),
      byteLengths: this.#byteLengths.slice(0, length),
      firstSentences: this.#firstSentences.slice(0, length),
      sentenceCounts: this.#sentenceCounts.slice(0, length),
      tokenCounts: this.#tokenCounts.slice(0, length),
      generations: this.#generations.slice(0, length),
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

/** Writes a chunk table, to last. @throws WordmillError as `outputError` says. */
export async function writeChunks(path: string, chunks: SpoolChunks): Promise<void> {
  const table = await BufferedFile.create(path);
  try {
    for (const column of columnsOf(chunks)) await table.write(bytesOf(column));
    await table.finish({ sync: true });
  } finally {
    await table.close();
  }
}

/** Reads so many chunks. @throws WordmillError `data` where the file has another length. */
export async function readChunks(path: string, length: number): Promise<SpoolChunks> {
  return chunkColumns(await readFile(path), length);
}

/** The columns of the chunk table in the order of the file, those of 8 bytes first so that all are aligned. */
function columnsOf(chunks: SpoolChunks): (Float64Array | Uint32Array)[] {
  const { byteStarts, firstSentences, byteLengths, sentenceCounts, tokenCounts, generations } = chunks;
  return [byteStarts, firstSentences, byteLengths, sentenceCounts, tokenCounts, generations];
}

const BYTES_PER_CHUNK = 2 * 8 + 4 * 4;

function chunkColumns(bytes: Buffer, length: number): SpoolChunks {
  if (bytes.length !== length * BYTES_PER_CHUNK)
    throw new WordmillError('data', 'its chunk table is cut off');
  const { buffer } = Uint8Array.from(bytes);
  const wide = (column: number): Float64Array => new Float64Array(buffer, 8 * length * column, length);
  const narrow = (column: number): Uint32Array => new Uint32Array(buffer, (16 + 4 * column) * length, length);
  return {
    length,
    byteStarts: wide(0),
    firstSentences: wide(1),
    byteLengths: narrow(0),
    sentenceCounts: narrow(1),
    tokenCounts: narrow(2),
    generations: narrow(3),
  };
}

/** What a chunk table belongs to. */
export interface ChunkTotals {
  /** Where the last chunk ends. */
  readonly end: SpoolPosition;
  /** How many generations there are. */
  readonly generations: number;
}

/**
 * Chunks must follow one another without gaps and add up.
 *
 * @throws WordmillError `data` where they do not.
 */
export function checkChunks(chunks: SpoolChunks, { end, generations }: ChunkTotals): void {
  let byte = 0;
  let sentences = 0;
  let tokens = 0;
  let generation = 0;
  let fits = true;
  for (let chunk = 0; chunk < chunks.length; chunk++) {
    fits &&=
      chunks.byteStarts[chunk] === byte &&
      chunks.firstSentences[chunk] === sentences &&
      chunks.generations[chunk]! >= generation &&
      chunks.generations[chunk]! <= Math.max(0, generations - 1);
    byte += chunks.byteLengths[chunk]!;
    sentences += chunks.sentenceCounts[chunk]!;
    tokens += chunks.tokenCounts[chunk]!;
    generation = chunks.generations[chunk]!;
  }
  if (!fits || byte !== end.byte || sentences !== end.sentences || tokens !== end.tokens) {
    throw new WordmillError('data', 'its chunk table is damaged');
  }
}
