import { type ErrorPlace, WordmillError } from '../core/errors.js';
import { ByteReader } from './byte-reader.js';
import { bunzip2 } from './bzip2/bunzip2.js';
import { DamagedAt, EndsEarly, NotSupported } from './decode-errors.js';
import { gunzip } from './gzip.js';
import { startsWith, startsWithPartOf } from './signatures.js';
import { unxz } from './xz.js';
import { unzstd } from './zstd.js';

/** How many bytes tell what a file is: as many as the header of a tar archive has. */
export const HEAD_BYTES = 512;

/** A way in which files are compressed. */
export interface Compression {
  readonly name: string;
  /** The program that tests such a file. */
  readonly program: string;
  /** What a file of this kind starts with; each entry is one possibility. */
  readonly signatures: readonly (readonly number[])[];
  /** Decodes all that the reader has. Throws any `Error` for damage, `EndsEarly` for an input that is cut off. */
  decode(reader: ByteReader): AsyncIterable<Uint8Array>;
}

const COMPRESSIONS: readonly Compression[] = [
  { name: 'gzip', program: 'gzip', signatures: [[0x1f, 0x8b]], decode: gunzip },
  {
    name: 'zstd',
    program: 'zstd',
    signatures: [
      [0x28, 0xb5, 0x2f, 0xfd],
      ...Array.from({ length: 16 }, (_, kind) => [0x50 + kind, 0x2a, 0x4d, 0x18]),
    ],
    decode: unzstd,
  },
  {
    name: 'bzip2',
    program: 'bzip2',
    // "BZh", a block size, and the mark of a block or of the end: text may well start with "BZh".
    signatures: Array.from({ length: 9 }, (_, size) => [0x42, 0x5a, 0x68, 0x31 + size]).flatMap((start) => [
      [...start, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
      [...start, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90],
    ]),
    decode: bunzip2,
  },
  { name: 'xz', program: 'xz', signatures: [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]], decode: unxz },
];

/**
 * The plain bytes of a file: gzip, zstd, bzip2 and xz are recognised by content and decoded, concatenated members
 * and streams included; anything else is passed on as it is.
 *
 * @throws WordmillError `data` when compressed data is damaged or cut off (after the bytes before the damage, which
 * must not be taken for the whole).
 */
export async function* decompress(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(chunks);
  try {
    const compression = compressionOf(await reader.peek(HEAD_BYTES));
    yield* compression ? decode(compression, reader, file) : reader.rest();
  } finally {
    reader.close();
  }
}

/** How a file that starts with these bytes is compressed; undefined where it is not. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  return COMPRESSIONS.find(({ signatures }) =>
    signatures.some((start) => startsWith(head, start) || startsWithPartOf(head, start)),
  );
}

/**
 * What compressed data decodes to.
 *
 * @param reader at the start of the data
 * @throws WordmillError as `decompress` does
 */
export async function* decode(
  compression: Compression,
  reader: ByteReader,
  file: string,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of compression.decode(reader)) if (chunk.length > 0) yield chunk;
  } catch (error) {
    if (reader.inputError !== undefined) throw reader.inputError;
    const byte = error instanceof DamagedAt ? error.byte : reader.position;
    throw decodeError(error as Error, compression, { file, byte });
  }
}

function decodeError(error: Error, { name, program }: Compression, place: ErrorPlace): WordmillError {
  if (error instanceof NotSupported) {
    return new WordmillError('data', `this ${name} data cannot be read here: ${error.message}`, {
      place,
      hint: `Unpack it first: \`${program} -d\`.`,
    });
  }
  const problem =
    error instanceof EndsEarly
      ? `the ${name} data ends before it is whole: the file is cut off`
      : `the ${name} data is damaged at or before this byte: ${error.message}`;
  const hint = `Copy or download the file again; \`${program} -t\` tests it.`;
  return new WordmillError('data', problem, { place, hint, cause: error });
}
