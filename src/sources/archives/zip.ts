import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { decompress } from '../../compression/decompress.js';
import { systemCode, WordmillError } from '../../core/errors.js';
import { readingError, type StoredBytes } from '../input.js';
import { isHidden, type Member, type OnPassedOver, type PassedOver, shownPath } from './member.js';

const CHUNK_BYTES = 256 * 1024;

/** Methods of compression that are read here, by number (APPNOTE.TXT, section 4.4.5). */
const STORED = 0;
const DEFLATED = 8;
/** bzip2, zstd and xz: such a member holds what a file of that kind does. */
const BY_CONTENT = new Set([12, 93, 95]);

/** Names of the methods that people meet beside these. */
const OTHER_METHODS: Readonly<Record<number, string>> = {
  1: 'shrink',
  6: 'implode',
  9: 'Deflate64',
  14: 'LZMA',
  20: 'an early zstd',
  97: 'WavPack',
  98: 'PPMd',
  99: 'AES encryption',
};

/** The bits of a Unix file mode that tell its type, and the types (POSIX, sys/stat.h). */
const TYPE_BITS = 0o170000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;
const LINK = 0o120000;

/**
 * The files of a zip archive, in the order of its directory; zip64 is read too.
 *
 * @param read is told how far into the archive members have been read
 * @throws WordmillError `data` where the archive or a member is damaged, cut off, encrypted, or compressed in a way that is
 * not read here; `inputOutput` when reading fails
 */
export async function* zipMembers(
  stored: StoredBytes,
  archive: string,
  passedOver: OnPassedOver,
  read: (position: number) => void,
): AsyncGenerator<Member> {
  try {
    const options = { autoClose: false, decodeStrings: false };
    const zip = await yauzl.fromRandomAccessReaderPromise(
      new StoredReader(stored, read),
      stored.size,
      options,
    );
    for await (const entry of zip.eachEntry()) {
      const path = yauzl.getFileNameLowLevel(
        entry.generalPurposeBitFlag,
        entry.fileNameRaw,
        entry.extraFields,
        false,
      );
      const kind = kindOf(entry, path);
      if (kind !== 'file') {
        passedOver(kind);
        continue;
      }
      const name = shownPath(path);
      yield { name, chunks: contentOf(zip, entry, `${archive}: ${name}`) };
    }
  } catch (error) {
    throw zipError(error as Error, archive);
  }
}

function kindOf(entry: Entry, path: string): PassedOver | 'file' {
  const type = (entry.externalFileAttributes >>> 16) & TYPE_BITS;
  if (path.endsWith('/') || type === DIRECTORY) return 'directory';
  if (type === LINK) return 'link';
  if (type !== 0 && type !== REGULAR) return 'device or pipe';
  return isHidden(path) ? 'hidden file' : 'file';
}

/** A member's bytes, held against its size and checksum. */
async function* contentOf(zip: ZipFile, entry: Entry, name: string): AsyncGenerator<Uint8Array> {
  const { compressionMethod: method } = entry;
  if (entry.isEncrypted()) {
    throw notReadable(name, entry, 'it is encrypted');
  }
  if (method !== STORED && method !== DEFLATED && !BY_CONTENT.has(method)) {
    throw notReadable(name, entry, `its compression is ${OTHER_METHODS[method] ?? `method ${method}`}`);
  }
  try {
    const raw = BY_CONTENT.has(method);
    const stream = await zip.openReadStreamPromise(entry, raw ? { decodeFileData: false } : {});
    let sum = 0;
    for await (const chunk of raw ? decompress(stream, name) : (stream as AsyncIterable<Uint8Array>)) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
    if (sum !== entry.crc32) throw new Error('its checksum is wrong');
  } catch (error) {
    throw zipError(error as Error, name, entry.relativeOffsetOfLocalHeader);
  }
}

function notReadable(file: string, entry: Entry, why: string): WordmillError {
  return new WordmillError('data', `this member of a zip archive cannot be read here: ${why}`, {
    place: { file, byte: entry.relativeOffsetOfLocalHeader },
    hint: 'Unpack the archive with a program that can, and give the files; or pipe in what it unpacks.',
  });
}

function zipError(error: Error, file: string, byte?: number): WordmillError {
  if (error instanceof WordmillError) return error;
  if (systemCode(error)?.startsWith('E') && !systemCode(error)?.startsWith('ERR_'))
    return readingError(error, file);
  return new WordmillError('data', `the zip archive is damaged or cut off: ${error.message}`, {
    place: { file, ...(byte !== undefined && { byte }) },
    hint: 'Copy or download the file again; `unzip -t` tests it.',
    cause: error,
  });
}

/** Lets the package read from stored bytes. */
class StoredReader extends yauzl.RandomAccessReader {
  readonly #stored: StoredBytes;
  readonly #read: (position: number) => void;

  constructor(stored: StoredBytes, read: (position: number) => void) {
    super();
    this.#stored = stored;
    this.#read = read;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#range(start, end), { objectMode: false });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.#stored.read(buffer.subarray(offset, offset + length), position).then(
      (bytesRead) => callback(null, bytesRead),
      (error: Error) => callback(error),
    );
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }

  async *#range(start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let position = start; position < end; ) {
      const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - position));
      const bytesRead = await this.#stored.read(chunk, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      this.#read(position);
      yield chunk.subarray(0, bytesRead);
    }
  }
}
