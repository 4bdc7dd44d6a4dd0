import { createRequire } from 'node:module';
import { ReadableStream } from 'node:stream/web';
import type XzDecompress from 'xz-decompress';
import type { ByteReader } from './byte-reader.js';
import { EndsEarly, NotSupported } from './decode-errors.js';

type Package = typeof XzDecompress;

const require = createRequire(import.meta.url);

/** Copies of the package that decode nothing at the moment. */
const idle: Package[] = [];

/**
 * Decodes xz, with streams one after the other and zeros between them.
 *
 * The package decodes one input at a time: a second one would wait for the first, for ever where the first cannot go on
 * without it, as with xz in xz or two files read side by side. So each input that is being decoded has a copy of its own.
 */
export async function* unxz(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const compressed = ReadableStream.from(reader.rest()) as unknown as globalThis.ReadableStream<Uint8Array>;
  const copy = idle.pop() ?? loadCopy();
  try {
    yield* new copy.XzReadableStream(compressed) as unknown as ReadableStream<Uint8Array>;
  } catch (error) {
    throw xzError(error as Error);
  }
  // One that was stopped on the way may still be at work.
  idle.push(copy);
}

function loadCopy(): Package {
  const path = require.resolve('xz-decompress');
  delete require.cache[path];
  return require(path) as Package;
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
