import { type Compression, compressionOf } from '../compression/decompress.js';
import { startsWith } from '../compression/signatures.js';
import { WordmillError } from '../core/errors.js';

/** A kind of file that is no text, told by its first bytes. */
interface ForeignFormat {
  readonly name: string;
  readonly start: readonly number[];
  /** What to do about it. */
  readonly hint: string;
}

const UNPACK = 'Unpack it and give the text files inside.';
const EXTRACT = 'Extract its text first; wordmill reads plain text.';
const RECOMPRESS = 'Unpack it first; wordmill reads gzip, zstd, bzip2 and xz.';

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];

/** What people hand in by mistake. */
const FOREIGN_FORMATS: readonly ForeignFormat[] = [
  { name: 'a zip archive (or a docx, xlsx or epub file)', start: ascii('PK\x03\x04'), hint: UNPACK },
  { name: 'an empty zip archive', start: ascii('PK\x05\x06'), hint: UNPACK },
  { name: 'a 7z archive', start: ascii('7z\xbc\xaf\x27\x1c'), hint: UNPACK },
  { name: 'a rar archive', start: ascii('Rar!\x1a\x07'), hint: UNPACK },
  { name: 'an lz4 file', start: ascii('\x04\x22\x4d\x18'), hint: RECOMPRESS },
  { name: 'an lzma file', start: ascii('\x5d\x00\x00'), hint: RECOMPRESS },
  { name: 'a file of compress (.Z)', start: ascii('\x1f\x9d'), hint: RECOMPRESS },
  { name: 'a PDF document', start: ascii('%PDF-'), hint: EXTRACT },
  { name: 'an old Office document', start: ascii('\xd0\xcf\x11\xe0\xa1\xb1'), hint: EXTRACT },
  { name: 'a PNG image', start: ascii('\x89PNG\r\n\x1a\n'), hint: EXTRACT },
  { name: 'a JPEG image', start: ascii('\xff\xd8\xff'), hint: EXTRACT },
  { name: 'a GIF image', start: ascii('GIF89a'), hint: EXTRACT },
  { name: 'a Parquet file', start: ascii('PAR1\x15'), hint: EXTRACT },
  { name: 'an SQLite database', start: ascii('SQLite format 3\0'), hint: EXTRACT },
  { name: 'a NumPy array', start: ascii('\x93NUMPY'), hint: EXTRACT },
  { name: 'an HDF5 file', start: ascii('\x89HDF\r\n'), hint: EXTRACT },
  { name: 'a program (ELF)', start: ascii('\x7fELF'), hint: EXTRACT },
];

/**
 * Refuses files that are no text.
 *
 * @param head the first bytes of a file, or of what it was compressed from
 * @param within how it was compressed
 * @throws WordmillError `data` for archives, documents, images and the like.
 */
export function refuseForeignFormats(head: Uint8Array, file: string, within?: Compression): void {
  const twice = compressionOf(head);
  const foreign = twice
    ? { name: `${twice.name} data once more`, hint: `Unpack it with \`${twice.program} -d\` first.` }
    : isTar(head)
      ? { name: 'a tar archive', hint: 'Pipe its text in: `tar -xOf FILE | wordmill … -`.' }
      : FOREIGN_FORMATS.find(({ start }) => startsWith(head, start));
  if (!foreign) return;
  throw new WordmillError(
    'data',
    within ? `the ${within.name} data holds ${foreign.name}, not text` : `this is ${foreign.name}, not text`,
    { place: { file }, hint: foreign.hint },
  );
}

/** Whether a file starts with the header of a tar archive: "ustar" at byte 257 (POSIX), after fields with NULs. */
function isTar(head: Uint8Array): boolean {
  const magic = Buffer.from(head.subarray(257, 262)).toString('latin1');
  return magic === 'ustar' && head.subarray(0, 257).includes(0);
}
