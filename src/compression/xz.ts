import { ReadableStream } from 'node:stream/web';
import xzDecompress from 'xz-decompress';
import type { ByteReader } from './byte-reader.js';
import { EndsEarly, NotSupported } from './decode-errors.js';

/**
 * Decodes xz, with streams one after the other and zeros between them. The package decodes one input at a time: a
 * second one waits until the first has ended or been given up.
 */
export async function* unxz(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const compressed = ReadableStream.from(reader.rest()) as unknown as globalThis.ReadableStream<Uint8Array>;
  try {
    yield* new xzDecompress.XzReadableStream(compressed) as unknown as ReadableStream<Uint8Array>;
  } catch (error) {
    throw xzError(error as Error);
  }
}

/** Names of the codes of xz-embedded, `enum xz_ret` in its xz.h. */
function xzError(error: Error): Error {
  const code = /error code (\d+)/.exec(error.message)?.[1];
  switch (code) {
    case '8':
      return new EndsEarly();
    case '3':
    case '4':
      return new NotSupported('its dictionary is larger than 64 MiB');
    case '5':
      return new Error('something else follows a stream');
    case '6':
      return new NotSupported('it uses a filter, or a check other than CRC32 and CRC64');
    case '7':
      return new Error('a block, its checksum or the padding is wrong');
    default:
      return error;
  }
}
