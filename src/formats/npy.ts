import { firstRows } from './first-rows.js';
import { type NpyHeader, npyHeader, npyHeaderRange, PREAMBLE_BYTES, parseNpyHeader } from './npy-header.js';
import { type NumberType, packedRows } from './packed-rows.js';
import { ReadingNotes } from './reading-notes.js';
import type { RowBlock, VectorBatches, VectorShape } from './row-blocks.js';
import { damaged } from './safetensors-header.js';
import { storedRows } from './stored-rows.js';
import type { VectorFile } from './vector-file.js';
import type { OpenFormat, VectorBatch } from './vector-stream.js';
import { findWordList, readWordList } from './word-list.js';
import type { ReadOptions } from './word-vectors.js';

/** A matrix of numpy's .npy (see npy-header.ts), float32 or float16; its words go to a list of their own. */
export async function* npyBlocks(
  batches: VectorBatches,
  shape: VectorShape,
  { dtype = 'f32' }: { readonly dtype?: NumberType } = {},
): AsyncGenerator<RowBlock> {
  yield { bytes: npyHeader(shape, dtype), rowsDone: 0 };
  let rowsDone = 0;
  for await (const { matrix } of batches) {
    rowsDone += matrix.rows;
    yield { bytes: packedRows(matrix, dtype), rowsDone };
  }
}

/**
 * Opens a .npy with a list of its words: that of the options, or the one beside it (see `findWordList`).
 *
 * @throws WordmillError `data`, with its place, for what is not a matrix of float16, float32 or float64 in C order, a
 * file that was cut short or goes on, and a list that has not a word for each row; `noInput` where there is no list.
 */
export const openNpy: OpenFormat = async (file, options) => {
  const header = await readHeader(file);
  await checkSize(file, header);
  const list = options.wordList ?? (await findWordList(file.path));
  const words = await readWordList(list, header.rows, file.path);
  return {
    rows: Math.min(header.rows, options.limit ?? Infinity),
    dimensions: header.dimensions,
    batches: () => firstRows(batches(file, header, words, options), options.limit),
    close: () => file.close(),
  };
};

async function readHeader(file: VectorFile): Promise<NpyHeader> {
  const [from, length] = npyHeaderRange(await file.head(PREAMBLE_BYTES), file.path);
  const head = await file.head(from + length);
  if (head.length < from + length) throw damaged(file.path, head.length, 'the file ends within its header');
  // Latin-1 keeps one character a byte; what it names is ASCII.
  return parseNpyHeader(head.toString('latin1', from), file.path, from);
}

async function checkSize(file: VectorFile, { dataStart, dataBytes }: NpyHeader): Promise<void> {
  const size = await file.sizeIfDoubtful(dataStart + dataBytes, {});
  if (size === undefined || size === dataStart + dataBytes) return;
  const excess = size - dataStart - dataBytes;
  throw damaged(
    file.path,
    Math.min(size, dataStart + dataBytes),
    excess < 0
      ? `the file ends ${-excess} bytes too early`
      : `the file goes on for ${excess} bytes after its matrix`,
  );
}

async function* batches(
  file: VectorFile,
  header: NpyHeader,
  words: readonly string[],
  options: ReadOptions,
): AsyncGenerator<VectorBatch> {
  const notes = new ReadingNotes();
  for await (const { first, end, matrix } of storedRows(
    file,
    { ...header, start: header.dataStart },
    options,
  )) {
    notes.numbers(matrix.data);
    yield { words: words.slice(first, end), matrix };
  }
  notes.tell(file.path, options);
}
