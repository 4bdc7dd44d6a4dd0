import type { Matrix } from '../core/vectors.js';
import type { Addon } from '../native/addon.js';
import { widenHalves } from './half-precision.js';
import { headerLength, LENGTH_BYTES, parseHeader } from './safetensors-header.js';
import { vectorTensors } from './safetensors-vectors.js';
import { StoredWords } from './stored-words.js';
import { allocateMatrix, type ReadOptions, type WordVectors } from './word-vectors.js';

/**
 * Vectors of wordmill's own format by memory map: nothing but the header is read before it is asked for, the matrix is
 * the file's own pages (of float16 a copy), and words are decoded one by one. What is written to the matrix stays in
 * this process. Nothing outside the file can be read, whatever is in it; that its words are sound is checked word by word
 * as they are asked for, or all at once with `verify`. A word that comes twice keeps both rows, and is the first.
 *
 * As with any mapped file, another program that shortens it (rather than replace it, as wordmill does) ends this one.
 *
 * @throws WordmillError `data`, with file and byte, for a damaged header; `outOfMemory` where a file cannot be mapped.
 */
export function mappedVectors(
  path: string,
  addon: Pick<Addon, 'mapFile'>,
  { limit = Infinity, verify = false }: Pick<ReadOptions, 'limit' | 'verify'> = {},
): WordVectors {
  const map = addon.mapFile(path);
  const bytes = Buffer.from(map);
  const length = headerLength(bytes.subarray(0, LENGTH_BYTES), path, bytes.length);
  const dataStart = LENGTH_BYTES + length;
  const place = { file: path, start: LENGTH_BYTES, dataBytes: bytes.length - dataStart };
  const tensors = vectorTensors(parseHeader(bytes.subarray(LENGTH_BYTES, dataStart), place), place);
  const starts = {
    embeddings: dataStart + tensors.embeddings.begin,
    bytes: dataStart + tensors.wordBytes.begin,
    ends: dataStart + tensors.wordEnds.begin,
    sorted: dataStart + tensors.wordsSorted.begin,
  };
  const words = new StoredWords(
    {
      bytes: new Uint8Array(map, starts.bytes, tensors.wordBytes.shape[0]),
      ends: numbersAt(Uint32Array, map, starts.ends, tensors.rows),
      sorted: numbersAt(Uint32Array, map, starts.sorted, tensors.rows),
      file: path,
      places: starts,
    },
    limit,
  );
  if (verify) words.checkAll();
  const { counts, dimensions } = tensors;
  const rows = words.length;
  return {
    words,
    matrix:
      tensors.embeddings.type === 'F16'
        ? widenedMatrix(
            numbersAt(Uint16Array, map, starts.embeddings, rows * dimensions),
            rows,
            dimensions,
            path,
          )
        : {
            data: numbersAt(Float32Array, map, starts.embeddings, rows * dimensions),
            ...{ rows, dimensions, stride: dimensions },
          },
    ...(counts && { counts: numbersAt(Float64Array, map, dataStart + counts.begin, rows) }),
  };
}

interface NumberArray<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, start: number, length: number): T;
}

/** Numbers in a buffer: a view, or a copy where others wrote them at a byte that no view can start at. */
function numbersAt<T>(type: NumberArray<T>, buffer: ArrayBuffer, start: number, length: number): T {
  const bytes = type.BYTES_PER_ELEMENT;
  if (start % bytes === 0) return new type(buffer, start, length);
  return new type(buffer.slice(start, start + length * bytes), 0, length);
}

function widenedMatrix(halves: Uint16Array, rows: number, dimensions: number, path: string): Matrix {
  const matrix = allocateMatrix(rows, dimensions, path);
  widenHalves(halves, matrix.data);
  return matrix;
}
