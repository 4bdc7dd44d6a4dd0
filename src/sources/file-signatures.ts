/** A kind of file that is no text, told by its first bytes. */
export interface ForeignFormat {
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
export const FOREIGN_FORMATS: readonly ForeignFormat[] = [
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

/** Whether a file starts with these bytes. */
export function startsWith(head: Uint8Array, start: readonly number[]): boolean {
  return head.length >= start.length && start.every((byte, index) => head[index] === byte);
}

/** Whether a file ends inside a signature, and what there is of it is hardly text. */
export function startsWithPartOf(head: Uint8Array, start: readonly number[]): boolean {
  if (head.length < 2 || head.length >= start.length) return false;
  if (head.length < 4 && head.every((byte) => byte < 0x80)) return false;
  return startsWith(head, start.slice(0, head.length));
}

/** Whether a file starts with the header of a tar archive: "ustar" at byte 257 (POSIX), after fields with NULs. */
export function isTar(head: Uint8Array): boolean {
  const magic = Buffer.from(head.subarray(257, 262)).toString('latin1');
  return magic === 'ustar' && head.subarray(0, 257).includes(0);
}
