import { endianness } from 'node:os';
import { type Matrix, rowOf } from '../core/vectors.js';
import { narrowToHalves } from './half-precision.js';

/** How numbers are stored, in formats that have a choice: float16 or float32. */
export type NumberType = 'f16' | 'f32';

/** Bytes of one number. */
export const NUMBER_BYTES: Readonly<Record<NumberType, number>> = { f16: 2, f32: 4 };

const BIG_ENDIAN = endianness() === 'BE';

/** A matrix's rows without padding, row by row, as little-endian bytes; a view where they lie so in memory already. */
export function packedRows(matrix: Matrix, type: NumberType): Uint8Array {
  const values = packed(matrix);
  if (type === 'f32' && !BIG_ENDIAN) return bytesOf(values);
  const numbers = type === 'f32' ? Float32Array.from(values) : new Uint16Array(values.length);
  if (numbers instanceof Uint16Array) narrowToHalves(values, numbers);
  return littleEndian(numbers);
}

/** Numbers as little-endian bytes: as they lie in memory, turned round in place where that is otherwise. */
export function littleEndian(numbers: Float32Array | Float64Array | Uint16Array | Uint32Array): Uint8Array {
  const bytes = bytesOf(numbers);
  if (BIG_ENDIAN) swapBytes(bytes, numbers.BYTES_PER_ELEMENT);
  return bytes;
}

/** Little-endian numbers as they lie in memory here, turned round in place where that is otherwise. */
export function nativeOrder(buffer: ArrayBuffer, bytesOfOne: number): ArrayBuffer {
  if (BIG_ENDIAN) swapBytes(new Uint8Array(buffer), bytesOfOne);
  return buffer;
}

/** Turns the bytes of each number round, in place. */
export function swapBytes(bytes: Uint8Array, bytesOfOne: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytesOfOne === 2) buffer.swap16();
  if (bytesOfOne === 4) buffer.swap32();
  if (bytesOfOne === 8) buffer.swap64();
}

function packed(matrix: Matrix): Float32Array {
  const { data, rows, dimensions, stride } = matrix;
  if (stride === dimensions) return data.subarray(0, rows * dimensions);
  const values = new Float32Array(rows * dimensions);
  for (let row = 0; row < rows; row++) values.set(rowOf(matrix, row), row * dimensions);
  return values;
}

/** The bytes that numbers lie in, as a view. */
export function bytesOf(numbers: ArrayBufferView): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
