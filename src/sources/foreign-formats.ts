import { startsWith } from '../compression/signatures.js';

/** A kind of file that is no text. */
export interface ForeignFormat {
  /** With its article, such as "a PDF document". */
  readonly name: string;
  /** What to do about it. */
  readonly hint: string;
}

const UNPACK = 'Unpack it and give the text files inside.';
const EXTRACT = 'Extract its text first; wordmill reads plain text.';
const RECOMPRESS = 'Unpack it first; wordmill reads gzip, zstd, bzip2 and xz.';

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];

/** What people hand in by mistake, by its first bytes. */
const FOREIGN_FORMATS: readonly (ForeignFormat & { readonly start: readonly number[] })[] = [
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

/** Documents and programs that are zip archives, by the name of their first member. */
const ZIP_DOCUMENTS: readonly (ForeignFormat & { readonly first: RegExp })[] = [
  {
    name: 'an Office document (docx, xlsx or pptx)',
    first: /^(\[Content_Types\]\.xml|_rels\/)/,
    hint: EXTRACT,
  },
  { name: 'an OpenDocument or EPUB file', first: /^mimetype/, hint: EXTRACT },
  { name: 'a Java archive', first: /^META-INF\//, hint: EXTRACT },
];

/** What a content that starts with these bytes is, where it is neither text nor anything that is unpacked here. */
export function foreignFormatOf(head: Uint8Array): ForeignFormat | undefined {
  const known = FOREIGN_FORMATS.find(({ start }) => startsWith(head, start));
  if (known || !isZip(head)) return known;
  // The name of a member follows the 30 bytes of its header (APPNOTE.TXT, section 4.3.7).
  const first = Buffer.from(head.subarray(30)).toString('latin1');
  return ZIP_DOCUMENTS.find((document) => document.first.test(first));
}

/** Whether a content is a zip archive: it starts with a member, or with the end of the list of none. */
export function isZip(head: Uint8Array): boolean {
  return startsWith(head, ascii('PK\x03\x04')) || startsWith(head, ascii('PK\x05\x06'));
}

/** Where a tar header has its checksum, in octal digits. */
const CHECKSUM = { start: 148, end: 156 };

/**
 * Whether a content is a tar archive: its first 512 bytes are a header with the right sum, or bear the mark of one, "ustar"
 * at byte 257 (POSIX), after fields with NULs.
 */
export function isTar(head: Uint8Array): boolean {
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('ustar', 257) && head.subarray(0, 257).includes(0)) return true;
  const given = /^ *([0-7]{4,7})[ \0]/.exec(text.slice(CHECKSUM.start, CHECKSUM.end))?.[1];
  if (head.length < 512 || given === undefined) return false;
  let sum = 0;
  for (let index = 0; index < 512; index++) {
    sum += index >= CHECKSUM.start && index < CHECKSUM.end ? 0x20 : head[index]!;
  }
  return sum === Number.parseInt(given, 8);
}
