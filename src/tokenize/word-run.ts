import { open } from 'node:fs/promises';
import { WordmillError } from '../core/errors.js';
import { readFully } from '../core/whole-io.js';
import { BufferedFile } from './buffered-file.js';
import { idsInByteOrder, type WordBytes } from './byte-order.js';
import { Leb128Reader, LONGEST_NUMBER, writeLeb128 } from './leb128.js';

/**
 * A run is a file of different words in the order of their bytes, each with a count and an id: length in bytes, the
 * bytes, count, id, all numbers as LEB128. What the id says is up to who writes the run.
 */

const BLOCK_BYTES = 1 << 16;
const BLOCK_WORDS = 1 << 12;

/** Some words of a run, in columns: word `i` is `bytes[starts[i] .. ends[i])`. Valid until the next is read. */
export interface RunBlock {
  readonly length: number;
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly counts: Float64Array;
  readonly ids: Uint32Array;
}

/** Writes a run word by word. */
export class RunWriter {
  readonly #file: BufferedFile;

  private constructor(file: BufferedFile) {
    this.#file = file;
  }

  static async create(path: string): Promise<RunWriter> {
    return new RunWriter(await BufferedFile.create(path, 4 * BLOCK_BYTES));
  }

  hasRoom(wordBytes: number): boolean {
    return this.#file.hasRoom(wordBytes + 3 * LONGEST_NUMBER);
  }

  makeRoom(wordBytes: number): Promise<void> {
    return this.#file.makeRoom(wordBytes + 3 * LONGEST_NUMBER);
  }

  /** Appends a word, after `hasRoom` or `makeRoom`. */
  put(bytes: Uint8Array, start: number, end: number, count: number, id: number): void {
    const { buffer } = this.#file;
    let position = writeLeb128(buffer, this.#file.length, end - start);
    for (let index = start; index < end; index++) buffer[position++] = bytes[index]!;
    position = writeLeb128(buffer, position, count);
    this.#file.length = writeLeb128(buffer, position, id);
  }

  finish(options: { sync?: boolean } = {}): Promise<void> {
    return this.#file.finish(options);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/**
 * Writes words that are all different as a run, with their counts and ids.
 *
 * @param options.ids in which order; that of their bytes where it is left out.
 */
export async function writeRun(
  path: string,
  table: WordBytes & { readonly counts: ArrayLike<number> },
  options: { readonly sync?: boolean; readonly ids?: Iterable<number> },
): Promise<void> {
  const { bytes, starts, counts } = table;
  const writer = await RunWriter.create(path);
  try {
    for (const id of options.ids ?? idsInByteOrder(table)) {
      const start = starts[id]!;
      const end = starts[id + 1]!;
      if (!writer.hasRoom(end - start)) await writer.makeRoom(end - start);
      writer.put(bytes, start, end, counts[id]!, id);
    }
    await writer.finish(options);
  } finally {
    await writer.close();
  }
}

/**
 * Reads a run in blocks.
 *
 * @throws WordmillError `data` where the file does not end at the end of a word.
 */
export async function* readRun(path: string): AsyncGenerator<RunBlock, void, undefined> {
  const file = await open(path, 'r');
  try {
    let buffer = new Uint8Array(BLOCK_BYTES);
    const columns = {
      starts: new Uint32Array(BLOCK_WORDS),
      ends: new Uint32Array(BLOCK_WORDS),
      counts: new Float64Array(BLOCK_WORDS),
      ids: new Uint32Array(BLOCK_WORDS),
    };
    const reader = new Leb128Reader(buffer, 0, 0);
    for (;;) {
      buffer.copyWithin(0, reader.position, reader.end);
      let filled = reader.end - reader.position;
      const bytesRead = await readFully(file, buffer.subarray(filled));
      filled += bytesRead;
      if (filled === 0) return;
      Object.assign(reader, { bytes: buffer, position: 0, end: filled });
      let length = decodeWords(reader, columns);
      if (length === 0) {
        if (bytesRead === 0)
          throw new WordmillError('data', 'this file is cut off', { place: { file: path } });
        // One word is longer than the buffer.
        const larger = new Uint8Array(2 * buffer.length);
        larger.set(buffer.subarray(0, filled));
        buffer = larger;
        Object.assign(reader, { bytes: buffer, position: 0, end: filled });
        continue;
      }
      while (length > 0) {
        yield { length, bytes: buffer, ...columns };
        length = decodeWords(reader, columns);
      }
    }
  } finally {
    await file.close();
  }
}

/** The words of a run, block by block, in columns without gaps: `tokenEnds` as in TokenBlock. */
export async function* wordsOfRun(path: string): AsyncGenerator<{
  readonly bytes: Uint8Array;
  readonly tokenEnds: Uint32Array;
  readonly counts: Uint32Array;
}> {
  for await (const { length, bytes, starts, ends, counts } of readRun(path)) {
    const tokenEnds = new Uint32Array(length);
    for (let word = 0, end = 0; word < length; word++) {
      end += ends[word]! - starts[word]!;
      tokenEnds[word] = end;
    }
    const joined = new Uint8Array(tokenEnds.at(-1)!);
    for (let word = 0; word < length; word++) {
      joined.set(bytes.subarray(starts[word]!, ends[word]!), word === 0 ? 0 : tokenEnds[word - 1]!);
    }
    yield { bytes: joined, tokenEnds, counts: Uint32Array.from(counts.subarray(0, length)) };
  }
}

/** Decodes whole words until the columns are full or the bytes end; leaves the reader after the last whole one. */
function decodeWords(
  reader: Leb128Reader,
  columns: { starts: Uint32Array; ends: Uint32Array; counts: Float64Array; ids: Uint32Array },
): number {
  let length = 0;
  while (length < BLOCK_WORDS) {
    const before = reader.position;
    const wordLength = reader.next();
    const start = reader.position;
    if (wordLength >= 0) reader.position += wordLength;
    const count = wordLength < 0 ? -1 : reader.next();
    const id = count < 0 ? -1 : reader.next();
    if (id < 0) {
      reader.position = before;
      break;
    }
    columns.starts[length] = start;
    columns.ends[length] = start + wordLength;
    columns.counts[length] = count;
    columns.ids[length] = id;
    length++;
  }
  return length;
}
