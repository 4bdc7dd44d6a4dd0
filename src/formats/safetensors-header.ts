import { isUtf8 } from 'node:buffer';
import { WordmillError } from '../core/errors.js';
import type { InputFile } from './input-file.js';

/** The bytes of one number, for each dtype that is read and written here. */
export const ELEMENT_BYTES = { F16: 2, F32: 4, F64: 8, I32: 4, I64: 8, U8: 1, U32: 4 } as const;
export type TensorType = keyof typeof ELEMENT_BYTES;

/** What a safetensors header says of one tensor; its bytes are [begin, end), from the end of the header. */
export interface TensorEntry {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Where a header stands, and how many bytes follow it. */
export interface HeaderPlace {
  readonly file: string;
  /** The byte of the file at which the header's JSON starts. */
  readonly start: number;
  /** Undefined where it is not known: then nothing is held against it. */
  readonly dataBytes: number | undefined;
}

/** The bytes of a safetensors file that give its header's length. */
export const LENGTH_BYTES = 8;
/** The limit of the format's own reader, so that a damaged length does not read a whole disk. */
const LONGEST_HEADER = 100_000_000;

/** Whether a file may be of this format: a length that is allowed, then an object of JSON. */
export function isSafetensors(head: Buffer): boolean {
  return (
    head.length > LENGTH_BYTES &&
    Number(head.readBigUInt64LE()) <= LONGEST_HEADER &&
    head[LENGTH_BYTES] === 0x7b
  );
}

/**
 * The length of a header, from the first bytes of a file.
 *
 * @param size of the file, where it is known
 * @throws WordmillError `data` where the file ends within it, or no header is that long
 */
export function headerLength(start: Buffer, file: string, size: number | undefined): number {
  if (start.length < LENGTH_BYTES) {
    throw damaged(file, start.length, `the file ends within its first ${LENGTH_BYTES} bytes`);
  }
  const length = start.readBigUInt64LE();
  if (length > BigInt(LONGEST_HEADER)) {
    throw damaged(file, 0, `the header's length is given as ${length} bytes: this is not a safetensors file`);
  }
  if (size !== undefined && LENGTH_BYTES + Number(length) > size) {
    throw damaged(file, size, `the file ends within its header of ${length} bytes`);
  }
  return Number(length);
}

/** The header of an open file. */
export interface OpenedHeader extends SafetensorsHeader {
  /** The bytes before the data: the header with its length. */
  readonly head: Buffer;
  /** Where the data starts, in bytes. */
  readonly dataStart: number;
}

/**
 * Reads the header of an open file.
 *
 * @throws WordmillError `data`, with the place, for a file that is none
 */
export async function openedHeader(file: InputFile): Promise<OpenedHeader> {
  const { path, size } = file;
  const dataStart = LENGTH_BYTES + headerLength(await file.head(LENGTH_BYTES), path, size);
  const head = await file.head(dataStart);
  const place = { file: path, start: LENGTH_BYTES, dataBytes: size - dataStart };
  return { ...parseHeader(head.subarray(LENGTH_BYTES), place), head, dataStart };
}

/** The error for a file that is not as long as it should be, or that another format wrote. */
export function damaged(file: string, byte: number, problem: string): WordmillError {
  return new WordmillError('data', problem, {
    place: { file, byte },
    hint: 'The file was cut short or is of another format: write or fetch it again.',
  });
}

/** What a header holds; entries in the order of their data. */
export interface SafetensorsHeader {
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The JSON of a safetensors header, entries in the order given; metadata only where there is some. */
export function headerText(
  entries: readonly TensorEntry[],
  metadata: Readonly<Record<string, string>>,
): string {
  // An object would put names that look like numbers first, so the outer object is joined by hand.
  const members = entries.map(
    ({ name, type, shape, begin, end }) =>
      `${JSON.stringify(name)}:${JSON.stringify({ dtype: type, shape, data_offsets: [begin, end] })}`,
  );
  if (Object.keys(metadata).length > 0) members.unshift(`"__metadata__":${JSON.stringify(metadata)}`);
  return `{${members.join(',')}}`;
}

/** A header with its length before it, padded with spaces to a multiple of 8 bytes. */
export function safetensorsHeader(json: string): Buffer {
  const text = Buffer.from(json);
  const header = Buffer.alloc(LENGTH_BYTES + Math.ceil(text.length / 8) * 8, ' ');
  header.writeBigUInt64LE(BigInt(header.length - LENGTH_BYTES));
  text.copy(header, LENGTH_BYTES);
  return header;
}

/**
 * Reads and checks a header, so that what it says can be relied on: every tensor lies in the file, has the bytes that
 * its shape needs, and they follow one another without gap or overlap.
 *
 * @throws WordmillError `data`, with file and byte
 */
export function parseHeader(header: Buffer, place: HeaderPlace): SafetensorsHeader {
  const { __metadata__: metadata = {}, ...tensors } = parseJson(header, place);
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw wrong(header, place, '__metadata__', 'the metadata must be an object whose values are texts');
  }
  const entries = Object.entries(tensors).map(([name, value]) => parseEntry(header, place, name, value));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkLayout(header, place, entries);
  return { entries, metadata: metadata as Record<string, string> };
}

function parseJson(header: Buffer, place: HeaderPlace): Record<string, unknown> {
  const at = { file: place.file, byte: place.start };
  if (!isUtf8(header)) throw new WordmillError('data', 'the header is not UTF-8', { place: at });
  let value: unknown;
  try {
    value = JSON.parse(header.toString('utf8'));
  } catch (cause) {
    throw new WordmillError('data', `the header is not JSON: ${(cause as Error).message}`, {
      place: at,
      cause,
    });
  }
  if (!isObject(value)) {
    throw new WordmillError('data', 'the header must be a JSON object of tensors', { place: at });
  }
  return value;
}

function parseEntry(header: Buffer, place: HeaderPlace, name: string, value: unknown): TensorEntry {
  const fail = (problem: string, hint?: string) => wrong(header, place, name, problem, hint);
  if (!isObject(value)) throw fail(`tensor '${name}' must be an object of dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(ELEMENT_BYTES, dtype)) {
    throw fail(
      `tensor '${name}' has the dtype ${JSON.stringify(dtype)}, which is not read here`,
      `Read are ${Object.keys(ELEMENT_BYTES).join(', ')}: convert the tensor to one of them.`,
    );
  }
  if (!isSizes(shape)) throw fail(`tensor '${name}' has no shape of whole numbers from 0`);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw fail(`tensor '${name}' has no data_offsets [begin, end] with 0 <= begin <= end`);
  }
  const type = dtype as TensorType;
  const [begin, end] = offsets as [number, number];
  const needed = shape.reduce((product, length) => product * length, ELEMENT_BYTES[type]);
  if (needed !== end - begin) {
    throw fail(`tensor '${name}' of shape [${shape}] and ${type} needs ${needed} bytes, not ${end - begin}`);
  }
  if (place.dataBytes !== undefined && end > place.dataBytes) {
    throw fail(
      `tensor '${name}' ends at byte ${end} of the data, but the file has only ${place.dataBytes} bytes of data`,
      'The file was cut short, or its header is damaged: write or fetch it again.',
    );
  }
  return { name, type, shape, begin, end };
}

/** The format wants the data without holes, so that nothing can hide there, and each byte in one tensor only. */
function checkLayout(header: Buffer, place: HeaderPlace, entries: readonly TensorEntry[]): void {
  let end = 0;
  let before = '';
  for (const entry of entries) {
    if (entry.begin < end) {
      throw wrong(header, place, entry.name, `the tensors '${before}' and '${entry.name}' overlap`);
    }
    if (entry.begin > end) {
      const gap = entry.begin - end;
      throw wrong(header, place, entry.name, `no tensor has the ${gap} bytes before tensor '${entry.name}'`);
    }
    end = entry.end;
    before = entry.name;
  }
  if (place.dataBytes !== undefined && end < place.dataBytes) {
    throw new WordmillError('data', `the file goes on for ${place.dataBytes - end} bytes after its tensors`, {
      place: { file: place.file, byte: place.start + header.length + end },
    });
  }
}

/** An error that points to where the header speaks of a name. */
function wrong(
  header: Buffer,
  place: HeaderPlace,
  name: string,
  problem: string,
  hint?: string,
): WordmillError {
  // The name may be escaped in another way than ours; then the header's start has to do.
  const within = Math.max(0, header.indexOf(JSON.stringify(name)));
  return new WordmillError('data', problem, {
    place: { file: place.file, byte: place.start + within },
    ...(hint !== undefined && { hint }),
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.every((size) => Number.isSafeInteger(size) && !Object.is(size, -0) && size >= 0)
  );
}
