import { WordmillError } from '../core/errors.js';
import { STORED_BYTES, type StoredNumbers } from './number-reader.js';
import type { NumberType } from './packed-rows.js';
import type { VectorShape } from './row-blocks.js';

/**
 * NumPy's .npy, as its definition has it (numpy.lib.format, versions 1.0 to 3.0):
 *
 *     6 bytes        \x93NUMPY
 *     2 bytes        the version, such as 1 and 0
 *     2 or 4 bytes   n, the length of the header, little-endian; 2 bytes in version 1
 *     n bytes        a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (rows, columns), },
 *                    spaces, and \n, so that all before the numbers is a multiple of 64 bytes
 *     the rest       the numbers, row by row, or column by column in Fortran order
 */

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
const ALIGNMENT = 64;
/** The magic, the version and the longest length. */
export const PREAMBLE_BYTES = 12;
/** Headers of matrices have some hundred bytes. */
const LONGEST_HEADER = 1 << 16;

const DESCRIPTIONS: Readonly<Record<NumberType, string>> = { f16: '<f2', f32: '<f4' };
const TYPES: Readonly<Record<string, StoredNumbers['type']>> = { f2: 'f16', f4: 'f32', f8: 'f64' };

/** What a header says of a matrix. */
export interface NpyHeader extends VectorShape, StoredNumbers {
  /** The byte at which the numbers start. */
  readonly dataStart: number;
  /** How many bytes they have. */
  readonly dataBytes: number;
}

/** Whether a file begins as .npy do. */
export function isNpy(head: Buffer): boolean {
  return head.subarray(0, MAGIC.length).equals(MAGIC);
}

/** The header of a matrix, version 1.0. */
export function npyHeader({ rows, dimensions }: VectorShape, dtype: NumberType): Buffer {
  const text = `{'descr': '${DESCRIPTIONS[dtype]}', 'fortran_order': False, 'shape': (${rows}, ${dimensions}), }`;
  const start = MAGIC.length + 4;
  const bytes = Buffer.alloc(Math.ceil((start + text.length + 1) / ALIGNMENT) * ALIGNMENT, ' ');
  MAGIC.copy(bytes);
  bytes.set([1, 0], MAGIC.length);
  bytes.writeUInt16LE(bytes.length - start, MAGIC.length + 2);
  bytes.write(`${text}`, start, 'latin1');
  bytes[bytes.length - 1] = 0x0a;
  return bytes;
}

/**
 * Where the header's text is: the byte at which it starts, and its length.
 *
 * @param start the first bytes of a file, as many as `PREAMBLE_BYTES`
 * @throws WordmillError `data` for what is no .npy, or of a version that nobody has defined.
 */
export function npyHeaderRange(start: Buffer, file: string): readonly [from: number, length: number] {
  const version = start[MAGIC.length] ?? 0;
  if (!isNpy(start) || start.length < PREAMBLE_BYTES) throw wrong(file, 0, 'this is no whole .npy file');
  if (version < 1 || version > 3) throw wrong(file, MAGIC.length, `.npy of version ${version} is not known`);
  const at = MAGIC.length + 2;
  const [from, length] = version === 1 ? [at + 2, start.readUInt16LE(at)] : [at + 4, start.readUInt32LE(at)];
  if (length > LONGEST_HEADER) throw wrong(file, at, `the header's length is given as ${length} bytes`);
  return [from, length];
}

/**
 * Reads a header's text.
 *
 * @param from the byte of the file at which it starts
 * @throws WordmillError `data`, with its place, for what is not a matrix of float16, float32 or float64, row by row.
 */
export function parseNpyHeader(text: string, file: string, from: number): NpyHeader {
  const fail = (problem: string, hint?: string) => wrong(file, from, problem, hint);
  const description = /['"]descr['"]\s*:\s*(?:['"]([^'"]*)['"]|[^,}]+)/.exec(text);
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /['"]shape['"]\s*:\s*\(([^)]*)\)/.exec(text)?.[1];
  if (!description || order === undefined || shape === undefined) {
    throw fail('the header is no dictionary of descr, fortran_order and shape');
  }
  const name = description[1];
  if (name === undefined) throw fail('this is a structured array, not a matrix of numbers', SAVE_HINT);
  if (name.includes('O'))
    throw fail('this is a pickle of Python objects, which are not read: they may run code', SAVE_HINT);
  const type = TYPES[name.slice(1)];
  if (!/^[<>|=]/.test(name) || type === undefined) {
    throw fail(`its numbers are '${name}'; read are float16, float32 and float64 (f2, f4, f8)`, SAVE_HINT);
  }
  const sizes = shape
    .split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '');
  if (sizes.length !== 2 || !sizes.every((size) => /^\d{1,15}L?$/.test(size))) {
    throw fail(`its shape is (${shape}), not that of a matrix: rows and dimensions`);
  }
  if (order === 'True') {
    throw fail(
      'the matrix lies column by column (Fortran order)',
      'Save it as numpy.ascontiguousarray(matrix).',
    );
  }
  const [rows, dimensions] = sizes.map((size) => Number.parseInt(size, 10)) as [number, number];
  const dataBytes = rows * dimensions * STORED_BYTES[type];
  return {
    ...{ rows, dimensions, type, dataBytes },
    bigEndian: name.startsWith('>'),
    dataStart: from + text.length,
  };
}

const SAVE_HINT = "Save it as numpy.save(file, matrix.astype('float32')).";

function wrong(file: string, byte: number, problem: string, hint?: string): WordmillError {
  return new WordmillError('data', problem, { place: { file, byte }, ...(hint !== undefined && { hint }) });
}
