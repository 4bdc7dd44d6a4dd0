import { Readable } from 'node:stream';
import { type ExtractEvents, extract, type Header } from 'tar-stream';
import type { ByteReader } from '../../compression/byte-reader.js';
import { type ErrorPlace, WordmillError } from '../../core/errors.js';
import { isHidden, type Member, type OnPassedOver, type PassedOver, shownPath } from './member.js';

const RECORD_BYTES = 512;
const SLICE_BYTES = 64 * 1024;

/** What is not read, by the package's name of its type. */
const NO_FILES: Readonly<Record<string, PassedOver>> = {
  directory: 'directory',
  link: 'link',
  symlink: 'link',
  'character-device': 'device or pipe',
  'block-device': 'device or pipe',
  fifo: 'device or pipe',
};

/** A header as the package gives it, beyond what its types tell. */
type TarHeader = Omit<Header, 'type' | 'pax'> & {
  readonly type: Header['type'] | null;
  readonly byteOffset: number;
  readonly pax: Record<string, string> | null;
};

/**
 * The files of a tar archive, in order, read as it comes: ustar, pax and GNU's.
 *
 * @param reader at the archive's start
 * @throws WordmillError `data` where a header is damaged, or the archive ends before its end mark
 */
export async function* tarMembers(
  reader: ByteReader,
  archive: string,
  passedOver: OnPassedOver,
): AsyncGenerator<Member> {
  const unpacked = extract({ allowUnknownFormat: true } as object);
  const packed = Readable.from(reader.rest(SLICE_BYTES), { objectMode: false });
  packed.on('error', (error) => unpacked.destroy(error));
  packed.pipe(unpacked);
  let place: ErrorPlace = { file: archive, byte: 0 };
  /** Where the last entry that was begun ends, its padding included. */
  let end = 0;
  const described = (error: unknown): unknown =>
    error instanceof WordmillError || reader.inputError !== undefined
      ? error
      : tarError(error as Error, place, reader);
  try {
    for await (const entry of unpacked) {
      const header = entry.header as unknown as TarHeader;
      const name = shownPath(header.name);
      end = header.byteOffset + Math.ceil(header.size / RECORD_BYTES) * RECORD_BYTES;
      place = { file: `${archive}: ${name}`, byte: header.byteOffset };
      const kind = kindOf(header);
      if (kind === 'file') yield { name, chunks: contentOf(entry, described) };
      else passedOver(kind);
      entry.resume();
      place = { file: archive, byte: end };
    }
  } catch (error) {
    throw described(error);
  } finally {
    packed.destroy();
    unpacked.destroy();
  }
  // The end of an archive is two records of zeros. Without them, members may be missing.
  if (reader.position <= end) throw tarError(new Error('Unexpected end of data'), place, reader);
}

function kindOf({ name, type, pax }: TarHeader): PassedOver | 'file' {
  if (type !== 'file' && type !== 'contiguous-file') return NO_FILES[type ?? ''] ?? 'unknown entry';
  if (pax && Object.keys(pax).some((key) => key.startsWith('GNU.sparse'))) return 'sparse file';
  return isHidden(name) ? 'hidden file' : 'file';
}

/** An entry's bytes; whoever stops early leaves the rest to be passed over, and does not end the archive. */
async function* contentOf(
  entry: ExtractEvents['entry'][1],
  described: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  const chunks = entry[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const next = (): Promise<IteratorResult<Uint8Array>> =>
    chunks.next().catch((error: unknown) => {
      throw described(error);
    });
  for (let step = await next(); !step.done; step = await next()) yield step.value;
}

function tarError(error: Error, place: ErrorPlace, reader: ByteReader): WordmillError {
  const cutOff = /end of data/.test(error.message);
  const problem = cutOff
    ? `the tar archive ends before it is whole: it is cut off after ${reader.position.toLocaleString('en')} bytes`
    : `the tar archive is damaged here: ${/unknown format|Invalid/.test(error.message) ? 'this is no header of a member' : error.message}`;
  return new WordmillError('data', problem, {
    place,
    hint: 'Copy or download the file again; `tar -tf` tests it.',
    cause: error,
  });
}
