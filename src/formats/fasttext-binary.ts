import { WordmillError } from '../core/errors.js';
import { rowOf } from '../core/vectors.js';
import { BinaryCursor } from './binary-cursor.js';
import { FasttextBuckets } from './fasttext-buckets.js';
import { type FasttextWords, quantised, readFasttextArgs, readFasttextWords } from './fasttext-dictionary.js';
import { ReadingNotes } from './reading-notes.js';
import { storedRows } from './stored-rows.js';
import type { VectorFile } from './vector-file.js';
import type { OpenFormat, VectorBatch } from './vector-stream.js';
import type { ReadOptions } from './word-vectors.js';

/** What a model is read from. */
interface Model extends FasttextWords {
  readonly dimensions: number;
  /** The byte of its first row. */
  readonly start: number;
  /** Absent in models without n-grams. */
  readonly buckets: FasttextBuckets | undefined;
}

/**
 * Opens a model of fastText's (`.bin`, versions 11 and 12; `fasttext-layout.ts`): its words with their composed vectors,
 * and `vectorOf` for any other string. The rows of n-grams that words have are in memory meanwhile; those that no word
 * has stay on disk until a string asks for them (in memory too where the file is compressed).
 *
 * @throws WordmillError `data`, with file and byte, for a model that is quantised, impossible, cut short, or goes on
 * after its end; `vectorOf` throws `inputOutput` where the file is not there any more, or another.
 */
export const openFasttextBinary: OpenFormat = async (file, options) => {
  const notes = new ReadingNotes();
  const model = await readModel(file, notes, options);
  const { words, dimensions, buckets } = model;
  return {
    rows: words.length,
    dimensions,
    ...(buckets && { vectorOf: (word: string) => buckets.vectorOf(word) }),
    async *batches() {
      yield* wordBatches(file, model, notes, options);
      notes.tell(file.path, options);
    },
    close: () => file.close(),
  };
};

/** Reads all but the rows of words, and checks that the file is whole. */
async function readModel(file: VectorFile, notes: ReadingNotes, options: ReadOptions): Promise<Model> {
  const bytes = file.bytes(options);
  try {
    const cursor = new BinaryCursor(bytes, file.path);
    const args = await readFasttextArgs(cursor);
    const words = await readFasttextWords(cursor, notes, options, file.size);
    const rowBytes = 4 * args.dim;
    await readShape(cursor, 'input', { rows: words.total + args.bucket, columns: args.dim });
    const start = cursor.position;
    await cursor.skip(rowBytes * words.total, 'its input matrix');
    let buckets: FasttextBuckets | undefined;
    if (args.maxn > 0 && args.bucket > 0) {
      const subwords = { minn: args.minn, maxn: args.maxn, buckets: args.bucket };
      const stored = file.size === undefined ? undefined : await file.stored.handle.stat();
      buckets = await FasttextBuckets.read(cursor, words.words, subwords, args.dim, options, stored);
    } else {
      await cursor.skip(rowBytes * args.bucket, 'its input matrix');
    }
    const outputRows = await readShape(cursor, 'output', { columns: args.dim });
    await cursor.skip(rowBytes * outputRows, 'its output matrix');
    const place = cursor.place();
    if (!(await cursor.atEnd()))
      throw new WordmillError('data', 'the file goes on after its last row', { place });
    return { ...words, dimensions: args.dim, start, buckets };
  } finally {
    await bytes.close();
  }
}

/** Reads the head of a matrix, and returns how many rows it has. */
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
    const problem = `${what} has ${rows} rows of ${columns} numbers; ${expected} are expected`;
    throw new WordmillError('data', problem, { place });
  }
  return rows;
}

async function* wordBatches(
  file: VectorFile,
  { words, counts, dimensions, start, buckets }: Model,
  notes: ReadingNotes,
  options: ReadOptions,
): AsyncGenerator<VectorBatch> {
  const stored = { start, rows: words.length, dimensions, type: 'f32' } as const;
  for await (const { first, end, matrix } of storedRows(file, stored, options)) {
    const some = words.slice(first, end);
    for (const [row, word] of some.entries()) {
      const values = rowOf(matrix, row);
      if (buckets) values.set(buckets.vectorOf(word, values)!);
      notes.numbers(values);
    }
    yield { words: some, matrix, counts: counts.subarray(first, end) };
  }
}
