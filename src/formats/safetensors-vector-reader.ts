import { endianness } from 'node:os';
import { availableAddon } from '../native/addon.js';
import { mappedVectors } from './mapped-vectors.js';
import { nativeOrder } from './packed-rows.js';
import { ReadingNotes } from './reading-notes.js';
import { allocateTensor } from './safetensors.js';
import { damaged, headerLength, LENGTH_BYTES, parseHeader, type TensorEntry } from './safetensors-header.js';
import { type VectorTensors, vectorTensors } from './safetensors-vectors.js';
import { storedRows } from './stored-rows.js';
import { StoredWords } from './stored-words.js';
import type { VectorFile } from './vector-file.js';
import type { OpenFormat, VectorBatch } from './vector-stream.js';
import type { ReadOptions } from './word-vectors.js';

const BIG_ENDIAN = endianness() === 'BE';

/**
 * Opens wordmill's own format (see safetensors-vectors.ts). Its batches take memory for the words, and all of the word
 * list is checked before the first; read at once it is mapped, where the addon is there and the file is not compressed.
 *
 * @throws WordmillError `data`, with file and byte, for a damaged header, tensors that are missing or of another shape;
 * from its batches for a file that was cut short and for damaged words.
 */
export const openSafetensorsVectors: OpenFormat = async (file, options) => {
  const tensors = await readTensorEntries(file, options);
  const rows = Math.min(tensors.rows, options.limit ?? Infinity);
  const addon = file.size === undefined || BIG_ENDIAN ? null : availableAddon();
  return {
    rows,
    dimensions: tensors.dimensions,
    batches: () => batches(file, tensors, rows, options),
    ...(addon && { whole: () => mappedVectors(file.path, addon, options) }),
    close: () => file.close(),
  };
};

interface PlacedTensors extends VectorTensors {
  /** The byte at which data start. */
  readonly dataStart: number;
}

async function readTensorEntries(file: VectorFile, options: ReadOptions): Promise<PlacedTensors> {
  const bytes = file.bytes({});
  try {
    const start = Buffer.alloc(LENGTH_BYTES);
    const length = headerLength(start.subarray(0, await bytes.read(start)), file.path, file.size);
    const header = Buffer.alloc(length);
    const read = await bytes.read(header);
    if (read < length)
      throw damaged(file.path, bytes.position, `the file ends within its header of ${length} bytes`);
    const dataStart = LENGTH_BYTES + length;
    const place = {
      file: file.path,
      start: LENGTH_BYTES,
      dataBytes: file.size === undefined ? undefined : file.size - dataStart,
    };
    const parsed = parseHeader(header, place);
    const tensors = vectorTensors(parsed, place);
    const end = dataStart + (parsed.entries.at(-1)?.end ?? 0);
    const size = await file.sizeIfDoubtful(end, options);
    if (size !== undefined && size < end)
      throw damaged(file.path, size, `the file ends ${end - size} bytes too early`);
    return { ...tensors, dataStart };
  } finally {
    await bytes.close();
  }
}

async function* batches(
  file: VectorFile,
  tensors: PlacedTensors,
  rows: number,
  options: ReadOptions,
): AsyncGenerator<VectorBatch> {
  const { words, counts } = await readWords(file, tensors, options);
  const { dimensions, embeddings, dataStart } = tensors;
  const notes = new ReadingNotes();
  const type = embeddings.type === 'F16' ? 'f16' : 'f32';
  const stored = { start: dataStart + embeddings.begin, rows, dimensions, type } as const;
  for await (const { first, end, matrix } of storedRows(file, stored, options)) {
    notes.numbers(matrix.data);
    yield {
      words: Array.from({ length: end - first }, (_, row) => words.at(first + row)),
      matrix,
      ...(counts && { counts: counts.subarray(first, end) }),
    };
  }
  notes.tell(file.path, options);
}

async function readWords(
  file: VectorFile,
  { wordBytes, wordEnds, wordsSorted, counts, dataStart }: PlacedTensors,
  { signal }: ReadOptions,
): Promise<{ words: StoredWords; counts: Float64Array | undefined }> {
  const bytes = file.bytes(signal ? { signal } : {});
  const read = new Map<TensorEntry, ArrayBuffer>();
  try {
    const wanted = [wordBytes, wordEnds, wordsSorted, ...(counts ? [counts] : [])];
    for (const entry of wanted.sort((a, b) => a.begin - b.begin)) {
      await bytes.skip(dataStart + entry.begin - bytes.position);
      const data = allocateTensor(file.path, entry);
      const got = await bytes.read(data);
      if (got < data.length) {
        throw damaged(file.path, bytes.position, `the file ends ${data.length - got} bytes too early`);
      }
      read.set(entry, data.buffer);
    }
  } finally {
    await bytes.close();
  }
  const words = new StoredWords({
    bytes: new Uint8Array(read.get(wordBytes)!),
    ends: new Uint32Array(nativeOrder(read.get(wordEnds)!, 4)),
    sorted: new Uint32Array(nativeOrder(read.get(wordsSorted)!, 4)),
    file: file.path,
    places: {
      bytes: dataStart + wordBytes.begin,
      ends: dataStart + wordEnds.begin,
      sorted: dataStart + wordsSorted.begin,
    },
  });
  words.checkAll();
  return { words, counts: counts && new Float64Array(nativeOrder(read.get(counts)!, 8)) };
}
