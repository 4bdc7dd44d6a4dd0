import { endianness } from 'node:os';
import { throwIfAborted, WordmillError } from '../core/errors.js';
import { widenHalves } from './half-precision.js';
import { InputFile } from './input-file.js';
import {
  damaged,
  ELEMENT_BYTES,
  headerLength,
  headerText,
  LENGTH_BYTES,
  parseHeader,
  safetensorsHeader,
  type TensorEntry,
  type TensorType,
} from './safetensors-header.js';

/**
 * safetensors, as its definition has it (Hugging Face, "Safetensors", Format):
 *
 *     8 bytes    n, the length of the header: an unsigned 64-bit integer, little-endian
 *     n bytes    JSON: {"__metadata__": {text: text}, NAME: {"dtype", "shape", "data_offsets": [begin, end)}, …},
 *                in UTF-8, padded with spaces
 *     the rest   the tensors, row-major and little-endian; offsets count from the end of the header, and the tensors
 *                fill the rest without gap or overlap
 */

const BIG_ENDIAN = endianness() === 'BE';
const BLOCK_BYTES = 1 << 20;

/** The arrays that hold a tensor's numbers, one kind for each dtype that is read here. */
export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | Uint32Array;

/** Numbers in row-major order; a shape of `[]` is one number. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** What a safetensors file holds, tensors in the order in which their data lies in the file. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Tensors as the blocks of a safetensors file. Larger elements come first, which aligns them all, then names in the
 * order of their UTF-16 units; so equal tensors give equal bytes. The header is padded to a multiple of 8 bytes.
 * Blocks are views of the tensors where they can be: write them before the tensors change.
 *
 * @throws WordmillError `internal` for a tensor whose length is not that of its shape, or that is named `__metadata__`.
 */
export function* safetensorsBytes(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Generator<Uint8Array, void, undefined> {
  const ordered = [...tensors].sort(
    ([nameA, { data: a }], [nameB, { data: b }]) =>
      b.BYTES_PER_ELEMENT - a.BYTES_PER_ELEMENT || (nameA < nameB ? -1 : 1),
  );
  let offset = 0;
  const entries = ordered.map(([name, { shape, data }]): TensorEntry => {
    checkWritable(name, shape, data);
    const begin = offset;
    offset += data.byteLength;
    return { name, type: typeOf(data), shape, begin, end: offset };
  });
  yield safetensorsHeader(headerText(entries, metadata));
  for (const [, { data }] of ordered) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let start = 0; start < bytes.length; start += BLOCK_BYTES) {
      const block = bytes.subarray(start, start + BLOCK_BYTES);
      yield BIG_ENDIAN ? swapped(Uint8Array.from(block), data.BYTES_PER_ELEMENT) : block;
    }
  }
}

/**
 * Reads all tensors of a safetensors file: F16 (as float32), F32, F64, I32, I64, U8 and U32.
 *
 * @throws WordmillError `noInput`; `data`, with file and byte, for a file that was cut short or goes on after its
 * tensors, a header that is too long, not UTF-8 or not JSON, an unknown dtype, a shape that does not fit its bytes, and
 * tensors that overlap, leave gaps or lie outside the file. Nothing is allocated before its size is known to be in the
 * file.
 */
export async function readSafetensors(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<SafetensorsFile> {
  const file = await InputFile.open(path);
  try {
    const header = await readHeaderBytes(file);
    const dataStart = LENGTH_BYTES + header.length;
    const { entries, metadata } = parseHeader(header, {
      file: path,
      start: LENGTH_BYTES,
      dataBytes: file.size - dataStart,
    });
    const tensors = new Map<string, Tensor>();
    for (const entry of entries) {
      if (options.signal) throwIfAborted(options.signal);
      tensors.set(entry.name, await readTensor(file, entry, dataStart));
    }
    return { tensors, metadata };
  } finally {
    await file.close();
  }
}

/**
 * Reads the numbers of one tensor into an array of its type and length.
 *
 * @param dataStart the byte of the file at which the tensors start
 * @throws WordmillError `data` where the file ends before them, or the array is of another size.
 */
export async function readTensorInto(
  file: InputFile,
  entry: TensorEntry,
  dataStart: number,
  into: TensorData,
): Promise<void> {
  const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
  if (bytes.length !== entry.end - entry.begin || typeOf(into) !== entry.type) {
    throw damaged(
      file.path,
      dataStart + entry.begin,
      `tensor '${entry.name}' is not of the size that it should be`,
    );
  }
  await readExactly(file, bytes, dataStart + entry.begin);
  if (BIG_ENDIAN) swapped(bytes, into.BYTES_PER_ELEMENT);
}

async function readHeaderBytes(file: InputFile): Promise<Buffer> {
  const header = Buffer.allocUnsafe(headerLength(await file.head(LENGTH_BYTES), file.path, file.size));
  await readExactly(file, header, LENGTH_BYTES);
  return header;
}

async function readTensor(file: InputFile, entry: TensorEntry, dataStart: number): Promise<Tensor> {
  const bytes = allocateTensor(file.path, entry);
  await readExactly(file, bytes, dataStart + entry.begin);
  if (BIG_ENDIAN) swapped(bytes, ELEMENT_BYTES[entry.type]);
  return { shape: entry.shape, data: arrayOf(entry.type, bytes.buffer) };
}

/** @throws WordmillError `outOfMemory` where there is no room for a tensor's bytes. */
export function allocateTensor(path: string, { name, begin, end }: TensorEntry): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(end - begin);
  } catch (cause) {
    throw new WordmillError('outOfMemory', `no memory for the ${end - begin} bytes of tensor '${name}'`, {
      place: { file: path },
      cause,
    });
  }
}

async function readExactly(file: InputFile, bytes: Uint8Array, position: number): Promise<void> {
  const read = await file.read(bytes, position);
  if (read < bytes.length) {
    throw damaged(file.path, position + read, `the file ends ${bytes.length - read} bytes too early`);
  }
}

function arrayOf(type: TensorType, buffer: ArrayBuffer): TensorData {
  switch (type) {
    case 'F16':
      return widened(new Uint16Array(buffer));
    case 'F32':
      return new Float32Array(buffer);
    case 'F64':
      return new Float64Array(buffer);
    case 'I32':
      return new Int32Array(buffer);
    case 'I64':
      return new BigInt64Array(buffer);
    case 'U8':
      return new Uint8Array(buffer);
    case 'U32':
      return new Uint32Array(buffer);
  }
}

function widened(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  widenHalves(halves, values);
  return values;
}

function typeOf(data: TensorData): TensorType {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  if (data instanceof Int32Array) return 'I32';
  if (data instanceof Uint32Array) return 'U32';
  return data instanceof BigInt64Array ? 'I64' : 'U8';
}

function checkWritable(name: string, shape: readonly number[], data: TensorData): void {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length) {
    throw new WordmillError(
      'internal',
      `tensor '${name}' has ${data.length} numbers, but its shape is [${shape}]`,
    );
  }
  if (name === '__metadata__') throw new WordmillError('internal', `a tensor cannot have the name '${name}'`);
}

/** Turns the bytes of each element round, in place. */
function swapped(bytes: Uint8Array, elementBytes: number): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (elementBytes === 2) buffer.swap16();
  if (elementBytes === 4) buffer.swap32();
  if (elementBytes === 8) buffer.swap64();
  return bytes;
}
