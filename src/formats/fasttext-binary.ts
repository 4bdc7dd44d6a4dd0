import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { endianness } from 'node:os';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import { SubwordVectors, type UnusedRow } from '../core/subword-vectors.js';
import { buildSubwordTable, subwordRowCount } from '../core/subwords.js';
import type { Matrix } from '../core/vectors.js';
import { BinaryCursor } from './binary-cursor.js';
import { quantised, readFasttextArgs, readFasttextWords } from './fasttext-dictionary.js';
import { InputFile } from './input-file.js';
import { ReadingNotes } from './reading-notes.js';
import { allocateMatrix, type ReadOptions, type WordVectors } from './word-vectors.js';

const READ_BYTES = 4 << 20;
const BIG_ENDIAN = endianness() === 'BE';

/**
 * Reads a model of fastText's (`.bin`, versions 11 and 12; `fasttext-layout.ts`): its words with their composed vectors,
 * and `vectorOf` for any other string. Rows of n-grams that no word has stay on disk until a string asks for them.
 *
 * @throws WordmillError `noInput`; `data`, with file and byte, for a model that is quantised, impossible, cut short, or
 * goes on after its end; `vectorOf` throws `inputOutput` where the file is not there any more, or another.
 */
export async function readFasttextBinary(path: string, options: ReadOptions = {}): Promise<WordVectors> {
  const file = await InputFile.open(path);
  try {
    const notes = new ReadingNotes();
    const cursor = new BinaryCursor(file);
    const args = await readFasttextArgs(cursor);
    const words = await readFasttextWords(cursor, notes, options);
    const start = await readShape(cursor, 'input', { rows: words.length + args.bucket, columns: args.dim });
    cursor.jump(start + 4 * args.dim * (words.length + args.bucket));
    const output = await readShape(cursor, 'output', { columns: args.dim });
    if (output < file.size) {
      throw new WordmillError('data', 'the file goes on after its last row', {
        place: { file: path, byte: output },
      });
    }
    const hasNGrams = args.maxn > 0 && args.bucket > 0;
    // Without n-grams, one bucket that no word uses.
    const table = buildSubwordTable(words, {
      ...{ minn: args.minn, maxn: hasNGrams ? args.maxn : 0, buckets: Math.max(1, args.bucket) },
    });
    const rows = allocateMatrix(subwordRowCount(table), args.dim, path);
    await readWordRows(file, start, rows, words.length, options);
    await readBucketRows(file, start, rows, words.length, table.usedBuckets, args.bucket, options);
    if (BIG_ENDIAN) bytesOf(rows).swap32();
    for (let word = 0; word < words.length; word++)
      notes.numbers(rows.data.subarray(word * args.dim, (word + 1) * args.dim));
    notes.tell(path, options);
    if (!hasNGrams) return { words, matrix: rows };
    const firstBucket = start + 4 * args.dim * words.length;
    const vectors = new SubwordVectors(table, rows, rowOnDisk(path, firstBucket, await file.handle.stat()));
    return { words, matrix: vectors.composed(), vectorOf: (word) => vectors.ofNGrams(word) };
  } finally {
    await file.close();
  }
}

/**
 * Reads the head of a matrix.
 *
 * @returns the byte of its first row; for the output matrix that after its last.
 */
async function readShape(
  cursor: BinaryCursor,
  name: 'input' | 'output',
  wanted: { readonly rows?: number; readonly columns: number },
): Promise<number> {
  const what = `its ${name} matrix`;
  await cursor.need(1, what);
  const place = cursor.place();
  if (cursor.uint8() !== 0) throw quantised(place);
  await cursor.need(16, what);
  const [rows, columns] = [cursor.int64(), cursor.int64()];
  if (columns !== wanted.columns || rows !== (wanted.rows ?? rows) || rows < 0) {
    const expected = `${wanted.rows ?? 'any number of'} rows of ${wanted.columns}`;
    throw new WordmillError(
      'data',
      `${what} has ${rows} rows of ${columns} numbers; ${expected} are expected`,
      {
        place,
      },
    );
  }
  const end = cursor.position + 4 * rows * columns;
  if (end > cursor.file.size) throw cursor.cutShort(what);
  return name === 'input' ? cursor.position : end;
}

async function readWordRows(
  file: InputFile,
  start: number,
  rows: Matrix,
  words: number,
  { signal }: ReadOptions,
): Promise<void> {
  const bytes = bytesOf(rows).subarray(0, 4 * rows.dimensions * words);
  for (let at = 0; at < bytes.length; at += READ_BYTES) {
    if (signal) throwIfAborted(signal);
    await file.read(bytes.subarray(at, at + READ_BYTES), start + at);
  }
}

/** Reads all buckets, and keeps those that are used. */
async function readBucketRows(
  file: InputFile,
  start: number,
  rows: Matrix,
  words: number,
  usedBuckets: Uint32Array,
  buckets: number,
  { signal }: ReadOptions,
): Promise<void> {
  const placeOfBucket = new Int32Array(buckets).fill(-1);
  for (const [i, bucket] of usedBuckets.entries()) placeOfBucket[bucket] = words + i;
  const rowBytes = 4 * rows.dimensions;
  const into = bytesOf(rows);
  const together = Math.max(1, Math.floor(READ_BYTES / rowBytes));
  const buffer = Buffer.allocUnsafe(together * rowBytes);
  for (let first = 0; first < buckets; first += together) {
    if (signal) throwIfAborted(signal);
    const count = Math.min(together, buckets - first);
    await file.read(buffer.subarray(0, count * rowBytes), start + (words + first) * rowBytes);
    for (let i = 0; i < count; i++) {
      const row = placeOfBucket[first + i]!;
      if (row >= 0) buffer.copy(into, row * rowBytes, i * rowBytes, (i + 1) * rowBytes);
    }
  }
}

/** Reads a bucket's row when it is asked for. */
function rowOnDisk(path: string, firstBucket: number, known: Stats): UnusedRow {
  return (bucket, row) => {
    const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
    try {
      const file = openSync(path, 'r');
      try {
        const { ino, size, mtimeMs } = fstatSync(file);
        if (ino !== known.ino || size !== known.size || mtimeMs !== known.mtimeMs)
          throw new Error('it is not the file any more that it was when it was read');
        readSync(file, bytes, 0, bytes.length, firstBucket + bucket * bytes.length);
      } finally {
        closeSync(file);
      }
    } catch (cause) {
      throw new WordmillError(
        'inputOutput',
        `no vector can be read from this file: ${(cause as Error).message}`,
        {
          place: { file: path },
          cause,
        },
      );
    }
    if (BIG_ENDIAN) bytes.swap32();
  };
}

function bytesOf({ data }: Matrix): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
